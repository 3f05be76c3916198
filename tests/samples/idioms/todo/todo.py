import sqlite3

from bottle import redirect, request, route, run, static_file, template

db = sqlite3.connect("todo.db")
db.execute("CREATE TABLE IF NOT EXISTS todo (id INTEGER PRIMARY KEY, task TEXT)")
db.commit()
db.close()


@route("/")
def index():
    db = sqlite3.connect("todo.db")
    tasks = db.execute("SELECT task FROM todo").fetchall()
    db.close()
    return template("index", tasks=tasks)


@route("/new", method="POST")
def new():
    db = sqlite3.connect("todo.db")
    db.execute("INSERT INTO todo (task) VALUES (?)", (request.forms.getunicode("task"),))
    db.commit()
    db.close()
    redirect("/")


@route("/static/<name>")
def static(name):
    return static_file(name, root="static")


run(host="localhost", port=8080, debug=True, reloader=True)
