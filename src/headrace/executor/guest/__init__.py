"""The code on the far side of the sandbox wall. Imports nothing of Headrace but the frame format beside it."""
