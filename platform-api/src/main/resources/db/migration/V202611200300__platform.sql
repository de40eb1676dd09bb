create table tenant (
    name         text primary key check (name ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
    display_name text        not null,
    plan         text        not null,
    -- 'deleting' from the moment that the deletion was accepted: its endpoints and tokens are dead
    state        text        not null check (state in ('active', 'deleting')),
    created_at   timestamptz not null,
    created_by   text        not null
);

create table api_token (
    id           text primary key,
    -- of the whole token; the token itself is nowhere
    sha256       text        not null unique check (sha256 ~ '^[0-9a-f]{64}$'),
    name         text        not null,
    -- null: a token of the platform, not of a tenant
    tenant       text references tenant (name) on delete cascade,
    scopes       text[]      not null,
    -- empty: all deployments of the tenant
    deployments  text[]      not null,
    created_at   timestamptz not null,
    created_by   text        not null,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);
create index api_token_tenant on api_token (tenant, id);

-- What gateways serve; the body is the contract's Route as JSON, null where it was taken away.
create table route (
    tenant        text        not null,
    deployment    text        not null,
    generation    bigint      not null,
    body          jsonb,
    -- the version of the route table that has it first
    table_version bigint      not null default 0,
    changed_at    timestamptz not null,
    primary key (tenant, deployment)
);

-- One row; grows with each commit that changes anything that a gateway knows.
create table route_table (
    only_row boolean primary key default true check (only_row),
    version  bigint not null
);
insert into route_table (version) values (1);

-- The gateways that are there, and the version of the route table by which each serves.
create table gateway_instance (
    id            text primary key,
    table_version bigint      not null,
    reported_at   timestamptz not null
);

-- What each gateway sees of each endpoint that is or was busy lately.
create table gateway_load (
    gateway         text    not null references gateway_instance (id) on delete cascade,
    tenant          text    not null,
    deployment      text    not null,
    in_flight       integer not null,
    queued          integer not null,
    -- null: no request seen
    last_request_at timestamptz,
    primary key (gateway, tenant, deployment)
);

create table idempotent_request (
    -- SHA-256 of caller, method, path and key
    id           text primary key,
    request_hash text        not null,
    started_at   timestamptz not null,
    -- null while it is being worked on
    status       integer,
    -- encrypted with a key that only the caller has: an answer may hold a token
    answer       bytea
);
create index idempotent_request_started on idempotent_request (started_at);

create function route_table_changed() returns trigger language plpgsql as $$
declare
    now_at bigint;
begin
    update route_table set version = version + 1 returning version into now_at;
    if tg_table_name = 'route' and tg_op <> 'DELETE' then
        update route set table_version = now_at
        where tenant = new.tenant and deployment = new.deployment;
    end if;
    perform pg_notify('marmita_routes', '');
    return null;
end $$;

-- Deferred: the one row is locked only while the transaction commits, so it makes no deadlock,
-- and versions grow in the order of commits.
create constraint trigger route_changed
    after insert or delete or update of generation, body on route
    deferrable initially deferred for each row execute function route_table_changed();
create constraint trigger token_changed
    after insert or delete or update of revoked_at, expires_at, scopes, deployments on api_token
    deferrable initially deferred for each row execute function route_table_changed();
create constraint trigger tenant_changed
    after delete or update of state on tenant
    deferrable initially deferred for each row execute function route_table_changed();
