def report():
    return "Nobody was late this week"
