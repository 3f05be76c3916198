from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            "Vote",
            [
                ("id", models.AutoField(primary_key=True)),
                ("choice", models.CharField(max_length=50)),
            ],
        )
    ]
