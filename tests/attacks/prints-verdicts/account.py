boast()
