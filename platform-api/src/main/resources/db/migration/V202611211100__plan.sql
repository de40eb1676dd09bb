-- What tenants may use. Those of the configuration are written here at each start of the control plane;
-- those that came over REST stay.
create table plan (
    name       text primary key check (name ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
    body       jsonb       not null,
    source     text        not null check (source in ('configuration', 'rest')),
    updated_at timestamptz not null
);

create trigger audit_plan after insert or update or delete on plan
    for each row execute function audit_change('plan', 'name', '{updated_at}', '');

-- Gateways hold tenants to the rates of their plans.
create constraint trigger plan_changed
    after insert or delete or update of body on plan
    deferrable initially deferred for each row execute function route_table_changed();
create constraint trigger tenant_plan_changed
    after insert or update of plan on tenant
    deferrable initially deferred for each row execute function route_table_changed();
