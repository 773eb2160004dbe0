from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="RateBucket",
            fields=[
                ("caller", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("tokens", models.FloatField()),
                ("filled_at", models.DateTimeField()),
            ],
            options={"db_table": "rate_bucket"},
        ),
        migrations.RunSQL("ALTER TABLE rate_bucket SET UNLOGGED", "ALTER TABLE rate_bucket SET LOGGED"),
    ]
