"""Sales as a chart: pandas reads a table, plotly draws it."""

import pandas as pd
import plotly.express as px
from flask import Flask, render_template, request

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


if __name__ == "__main__":
    app.run(debug=True)
