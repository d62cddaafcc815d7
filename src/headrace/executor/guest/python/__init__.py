"""The Python guest: an interpreter that is loaded once and forks a child for each call.

`zygote` is what stays, `calls` how it deals with a child, `runner` what a child does. The zygote is trusted and sees
no call's data; the child runs anybody's code, and nothing that it writes is taken for more than bytes.
"""
