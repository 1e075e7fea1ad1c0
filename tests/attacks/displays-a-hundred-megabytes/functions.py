from IPython.display import HTML, display

display(HTML("<p>" + "x" * 10**8))
print("x" * 10**8)
raise ValueError("x" * 10**8)
