print(KEPT)
print(globals().get("series"), globals().get("expected"), globals().get("cases"))
