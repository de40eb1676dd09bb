-- Who did what. Rows are only ever added, each sealed with the one before when its transaction commits.
create table audit_event (
    id       bigint generated always as identity primary key,
    -- the place in the chain; null only until the commit
    seq      bigint unique,
    -- SHA-256 of '<seq> <hash of the one before> <body>', lower-case hex
    hash     text,
    -- JSON, exactly as it was hashed
    body     text        not null,
    at       timestamptz not null,
    tenant   text generated always as (body::jsonb ->> 'tenant') stored,
    actor    text generated always as (body::jsonb -> 'actor' ->> 'id') stored,
    action   text generated always as (body::jsonb ->> 'action') stored,
    resource text generated always as (body::jsonb ->> 'resource') stored,
    outcome  text generated always as (body::jsonb ->> 'outcome') stored
);
create index audit_event_tenant on audit_event (tenant, seq);
create index audit_event_actor on audit_event (actor, seq);
create index audit_event_at on audit_event (at);

-- One row: the end of the chain.
create table audit_chain (
    only_row boolean primary key default true check (only_row),
    seq      bigint not null,
    hash     text   not null
);
insert into audit_chain (seq, hash) values (0, repeat('0', 64));

create function audit_seal() returns trigger language plpgsql as $$
declare
    place  bigint;
    before text;
    sealed text;
begin
    -- Whoever also tells gateways locks this row first; so nobody waits for each other in a circle.
    perform 1 from route_table for update;
    select seq + 1, hash into place, before from audit_chain for update;
    sealed := encode(sha256(convert_to(place || ' ' || before || ' ' || new.body, 'UTF8')), 'hex');
    update audit_chain set seq = place, hash = sealed;
    update audit_event set seq = place, hash = sealed where id = new.id;
    return null;
end $$;

-- Deferred: the end of the chain is locked only while a transaction commits.
create constraint trigger audit_sealed after insert on audit_event
    deferrable initially deferred for each row execute function audit_seal();

create function audit_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if old.seq is null and new.seq is not null
                and (new.id, new.body, new.at) = (old.id, old.body, old.at) then
            return new;
        end if;
    end if;
    raise exception 'the audit is append-only' using errcode = 'insufficient_privilege';
end $$;

create trigger audit_kept before update or delete on audit_event
    for each row execute function audit_append_only();
create trigger audit_not_emptied before truncate on audit_event
    for each statement execute function audit_append_only();

-- Notes one change of one row. Who it was is the transaction's setting marmita.audit, as JSON.
-- Arguments: what it is; its key, columns with commas between; columns to leave out, as an array; the
-- column of its tenant, or nothing.
create function audit_change() returns trigger language plpgsql as $$
declare
    hidden  text[] := tg_argv[2]::text[];
    before  jsonb;
    after   jsonb;
    subject jsonb;
    context jsonb := coalesce(
        nullif(current_setting('marmita.audit', true), ''),
        '{"actor": {"kind": "system", "id": "system"}}')::jsonb;
    moment  timestamptz := clock_timestamp();
begin
    if tg_op <> 'INSERT' then
        before := to_jsonb(old) - hidden;
    end if;
    if tg_op <> 'DELETE' then
        after := to_jsonb(new) - hidden;
    end if;
    if before = after then
        return null;
    end if;
    subject := coalesce(after, before);
    insert into audit_event (at, body) values (moment, (context || jsonb_build_object(
        'at', to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'action', tg_argv[0] || case tg_op
            when 'INSERT' then '.created' when 'UPDATE' then '.changed' else '.deleted' end,
        'outcome', 'done',
        'tenant', case when tg_argv[3] = '' then null else subject ->> tg_argv[3] end,
        'resource', (select lower(string_agg(subject ->> name, '/' order by place))
            from unnest(string_to_array(tg_argv[1], ',')) with ordinality columns (name, place)),
        'fields', (select coalesce(jsonb_agg(key order by key), '[]'::jsonb)
            from jsonb_object_keys(subject) key
            where before is not null and after is not null and before -> key is distinct from after -> key),
        'before', audit_digest(before),
        'after', audit_digest(after)))::text);
    return null;
end $$;

create function audit_digest(content jsonb) returns text language sql immutable as $$
    select 'sha256:' || encode(sha256(convert_to(content::text, 'UTF8')), 'hex')
$$;

create trigger audit_tenant after insert or update or delete on tenant
    for each row execute function audit_change('tenant', 'name', '{}', 'name');
create trigger audit_token after insert or delete
    or update of name, scopes, deployments, expires_at, revoked_at on api_token
    for each row execute function audit_change('token', 'tenant,id', '{sha256,last_used_at}', 'tenant');
-- What the scheduler notes of its work is no change of what was declared.
create trigger audit_deployment after insert or delete or update of spec, revision, deleting on deployment
    for each row execute function audit_change('deployment', 'tenant,name',
        '{phase,ready_replicas,observed_generation,serving,failed_revision,unresolved,updated_at}', 'tenant');
create trigger audit_artifact after insert or delete or update of description, tags, deleted on artifact
    for each row execute function audit_change('artifact', 'kind,name', '{updated_at,next_version}', '');
create trigger audit_version after insert or update or delete on artifact_version
    for each row execute function audit_change('version', 'kind,name,number', '{}', '');
create trigger audit_label after insert or update or delete on label
    for each row execute function audit_change('label', 'kind,name,label', '{}', '');
