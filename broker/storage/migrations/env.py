"""Run by Alembic: takes the steps on the connection that `migrate` opened."""

from alembic import context

from broker.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
