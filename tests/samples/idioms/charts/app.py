"""Sales as charts: pandas reads a table, plotly draws it for the page, matplotlib a picture."""

from io import BytesIO

import matplotlib.pyplot as plt
import pandas as pd
import plotly.express as px
from flask import Flask, render_template, request, send_file

app = Flask(__name__)


@app.route("/", methods=["GET", "POST"])
def index():
    sales = pd.read_csv("sales.csv")
    if request.method == "POST":
        sales.loc[len(sales)] = [request.form["month"], int(request.form["sold"])]
        sales.to_csv("sales.csv", index=False)
    figure = px.bar(sales, x="month", y="sold")
    chart = figure.to_html(full_html=False, include_plotlyjs=False, div_id="chart")
    return render_template("index.html", chart=chart, total=sales["sold"].sum())


@app.route("/sales.png")
def picture():
    sales = pd.read_csv("sales.csv")
    plt.figure()
    plt.bar(sales["month"], sales["sold"])
    plt.title("Sold")
    file = BytesIO()
    plt.savefig(file)
    plt.close()
    file.seek(0)
    return send_file(file, mimetype="image/png")


if __name__ == "__main__":
    app.run(debug=True)
