"""`kanal doctor`: looks at an installation and says exactly what is wrong and what to do.

`examine` reads the facts at the edge (`machine`, `servers`, `waiting`); `installation` and `flow`
are rules, pure functions from facts to findings. `kanal check` asks the rules of `installation`.
"""
