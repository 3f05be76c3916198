from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Payment(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    what = db.Column(db.String(100), nullable=False)
    cents = db.Column(db.Integer, nullable=False)
    payer = db.Column(db.String(50), nullable=False, server_default="somebody")
