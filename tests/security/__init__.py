"""Attacks on Headrace, each with a control that shows that the attack is one."""
