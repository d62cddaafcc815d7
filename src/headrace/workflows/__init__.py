"""What is drawn: the workflow format, the graph it describes, and whether it is sound.

The format is n8n's workflow JSON, kept without loss. Leaves to `executions` what runs when, and to `nodes` what a
node type is.
"""
