"""What happened: one stream of events per execution, and the decisions that extend it.

Owns the journal, leases and the history read models. Leaves the doing of a node's work to `executor`,
and the drawing of workflows to `workflows`.
"""
