-- Marks what this platform makes in realms of identity providers; one row, made when it is needed first.
create table identity_owner (
    only_one boolean primary key default true check (only_one),
    id       text not null
);

-- How far the access of each deployment that names groups has come there.
create table access_provisioning (
    -- tenant/deployment
    endpoint text primary key,
    tenant   text        not null,
    done     boolean     not null,
    reason   text        not null,
    message  text        not null,
    since    timestamptz not null
);
create index access_provisioning_tenant on access_provisioning (tenant);
