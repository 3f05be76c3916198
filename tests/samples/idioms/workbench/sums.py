import sys


def square(number):
    return number * number


if __name__ == "__main__":
    print(square(int(sys.argv[1])))
