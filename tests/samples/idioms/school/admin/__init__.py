from flask import Blueprint

from tools.reports.weekly import report

admin = Blueprint("admin", __name__)


@admin.route("/")
def index():
    return report()
