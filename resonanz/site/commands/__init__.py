"""All commands, in the order in which help shows them. Heavy imports happen when a command runs."""

from resonanz.site.commands import backup, bench, config, demo, doctor, ledger, people, serve
from resonanz.site.commands.shape import Command

COMMANDS: tuple[Command, ...] = (
    serve.SERVE,
    serve.WORK,
    serve.MIGRATE,
    demo.DEMO,
    people.INVITE,
    doctor.DOCTOR,
    config.CONFIG,
    ledger.LEDGER,
    bench.BENCH,
    bench.EVAL,
    backup.BACKUP,
    backup.RESTORE,
)
