import builtins
import sys

for place in (builtins, np, sys, get_ipython(), type(get_ipython())):
    print(getattr(place, "kept", None))
print(keep.__defaults__)
