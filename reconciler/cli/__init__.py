"""The command line: one module a command. The root imports none of them until it is asked for one."""
