-- Secrets of tenants. Values are sealed before they come here, each version with a key of its own, and that
-- key with a master key which is not here.
create table secret (
    tenant     text        not null references tenant (name) on delete cascade,
    name       text        not null check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    -- the newest
    version    bigint      not null check (version > 0),
    created_at timestamptz not null,
    created_by text        not null,
    updated_at timestamptz not null,
    updated_by text        not null,
    primary key (tenant, name)
);

create table secret_version (
    tenant     text        not null,
    name       text        not null,
    version    bigint      not null,
    -- nonce, AES-256-GCM ciphertext, tag
    content    bytea       not null,
    -- the same of the version's key, by the master key
    sealed_key bytea       not null,
    -- the master key's id
    master_key text        not null,
    created_at timestamptz not null,
    primary key (tenant, name, version),
    foreign key (tenant, name) references secret (tenant, name) on delete cascade
);
create index secret_version_master on secret_version (master_key);

-- Neither values nor what they are sealed into are part of an event.
create trigger audit_secret after insert or update or delete on secret
    for each row execute function audit_change('secret', 'tenant,name', '{updated_at,updated_by}', 'tenant');
