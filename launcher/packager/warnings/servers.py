"""Servers that the app needs beside itself: databases, queues and their workers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from launcher.packager.warnings.notice import Notice, Sighting, grouped
from launcher.packager.warnings.reading import SETTINGS, Reading

POSTGRESQL, MYSQL, MSSQL, ORACLE = "PostgreSQL", "MySQL or MariaDB", "SQL Server", "Oracle"
MONGODB, REDIS, CELERY, RABBITMQ = "MongoDB", "Redis", "Celery", "RabbitMQ"
MODULES = {
    **dict.fromkeys(("psycopg2", "psycopg", "pg8000", "asyncpg"), POSTGRESQL),
    **dict.fromkeys(("MySQLdb", "pymysql", "mysql", "mariadb", "aiomysql", "flask_mysqldb"), MYSQL),
    **dict.fromkeys(("pymssql", "pyodbc"), MSSQL),
    **dict.fromkeys(("oracledb", "cx_Oracle"), ORACLE),
    **dict.fromkeys(("pymongo", "motor", "mongoengine", "flask_pymongo", "flask_mongoengine"), MONGODB),
    **dict.fromkeys(("redis", "rq", "flask_redis", "flask_rq2", "arq"), REDIS),
    "celery": CELERY,
    **dict.fromkeys(("pika", "kombu"), RABBITMQ),
}
SCHEMES = {
    **dict.fromkeys(("postgres", "postgresql", "cockroachdb"), POSTGRESQL),
    **dict.fromkeys(("mysql", "mariadb"), MYSQL),
    "mssql": MSSQL,
    "oracle": ORACLE,
    "mongodb": MONGODB,
    **dict.fromkeys(("redis", "rediss"), REDIS),
    **dict.fromkeys(("amqp", "amqps", "pyamqp"), RABBITMQ),
}
# Where they listen by themselves.
PORTS = {
    **{5432: POSTGRESQL, 3306: MYSQL, 1433: MSSQL, 1521: ORACLE},
    **{27017: MONGODB, 6379: REDIS, 5672: RABBITMQ},
}
_ADDRESS = re.compile(rf"""(?<![\w.+-])({"|".join(SCHEMES)})(?:\+\w+)?://""")
# Functions whose texts are compared or changed, not connected to: heroku's postgres:// made postgresql://.
_ONLY_WORDS = (".replace", ".startswith", ".removeprefix", ".sub", "print")


def look(reading: Reading) -> Iterator[Notice]:
    """Look for the libraries of servers, and for their addresses."""
    for server, places, _ in grouped([*_imported(reading), *_addressed(reading)]):
        if server == CELERY:
            yield Notice(
                "Celery needs a broker and a worker",
                f"{places}. A program that people double-click starts neither.",
                "Run such work in a thread of the app (concurrent.futures, APScheduler), or with "
                "task_always_eager.",
            )
            continue
        yield Notice(
            f"The app may need a {server} server",
            f"{places}. It does not travel, and a friend's machine has none.",
            "Use SQLite or files in the program, or a server that every friend reaches."
            if server not in (REDIS, RABBITMQ)
            else "Keep queues and caches in the app's own process, or give it a server that friends reach.",
        )


def _imported(reading: Reading) -> Iterator[Sighting]:
    for code in reading.code():
        for one in code.imports:
            server = MODULES.get(one.module.partition(".")[0])
            if server and not one.optional and not one.level:
                yield Sighting(server, one.file, one.line, f"imports {one.module}")


def _addressed(reading: Reading) -> Iterator[Sighting]:
    for code in reading.code():
        for text in code.texts:
            found = _ADDRESS.match(text.value)
            if found and not text.within.endswith(_ONLY_WORDS):
                yield Sighting(SCHEMES[found[1]], code.file, text.line, f"{found[0]}...")
    for file, content in reading.texts(SETTINGS):
        for number, line in enumerate(content.splitlines(), 1):
            found = _ADDRESS.search(line)
            if found and not line.lstrip().startswith(("#", ";", "//")):
                yield Sighting(SCHEMES[found[1]], file, number, f"{found[0]}...")
