import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('model', '0011_due'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('same', 'same matter as'), ('follows', 'follows from'), ('duplicate', 'duplicate of')], max_length=10)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links_from', to='model.case')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_to', to='model.case')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('first', 'second'), name='link_once'),
                    models.CheckConstraint(condition=models.Q(('first', models.F('second')), _negated=True), name='link_to_another'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['same', 'follows', 'duplicate'])), name='link_kind_known'),
                ],
            },
        ),
    ]
