from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('model', '0010_tags'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='due_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='case_due'),
        ),
    ]
