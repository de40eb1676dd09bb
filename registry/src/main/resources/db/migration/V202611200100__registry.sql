-- Contents. One object of the store per row, under a key that is never used again: so the row can go
-- while the same content is being pushed anew, and whoever deletes objects cannot hit the new one.
create table blob (
    digest     varchar(71) primary key,
    size       bigint      not null check (size > 0),
    object_key varchar(255) not null unique,
    created_at timestamptz not null,
    -- last time that somebody asked for it by pushing; the sweep leaves young ones alone
    touched_at timestamptz not null
);
create index blob_touched_at on blob (touched_at);

create table upload (
    id           uuid primary key,
    digest       varchar(71) not null,
    size         bigint      not null check (size > 0),
    object_key   varchar(255) not null unique,
    state        varchar(16) not null check (state in ('OPEN', 'COMPLETE')),
    -- Every part but the last has this size, so a part's number says where its bytes belong.
    part_size    integer     not null check (part_size > 0),
    multipart_id varchar(1024),
    -- Bytes in parts, and behind them bytes in an object of their own, too few for a part.
    part_bytes   bigint      not null check (part_bytes >= 0),
    tail_bytes   integer     not null check (tail_bytes >= 0),
    direct       boolean     not null,
    created_by   varchar(255) not null,
    created_at   timestamptz not null,
    written_at   timestamptz not null,
    expires_at   timestamptz not null
);
create index upload_expires_at on upload (expires_at);
create index upload_digest on upload (digest);

create table upload_part (
    upload_id uuid    not null references upload on delete cascade,
    number    integer not null check (number > 0),
    etag      varchar(255) not null,
    primary key (upload_id, number)
);

-- What is to be deleted from the object store: written in the transaction that made it useless.
create table garbage (
    id           bigint generated always as identity primary key,
    kind         varchar(16) not null check (kind in ('OBJECT', 'MULTIPART', 'FOLDER')),
    object_key   varchar(255) not null,
    not_before   timestamptz not null,
    attempts     integer     not null default 0
);
create index garbage_not_before on garbage (not_before);

-- A deleted name keeps its row, for the numbers that its versions had.
create table artifact (
    kind         varchar(16)  not null check (kind in ('MODEL', 'SERVICE')),
    name         varchar(63)  not null,
    description  varchar(4096) not null,
    tags         jsonb        not null,
    next_version integer      not null check (next_version > 0),
    deleted      boolean      not null,
    created_at   timestamptz  not null,
    created_by   varchar(255) not null,
    updated_at   timestamptz  not null,
    primary key (kind, name)
);

create table artifact_version (
    kind       varchar(16)  not null,
    name       varchar(63)  not null,
    number     integer      not null check (number > 0),
    digest     varchar(71)  not null references blob,
    size       bigint       not null,
    -- what was read from the content: a model's description or a service's manifest. Text and not jsonb,
    -- which cannot hold every string that a file may.
    content    text         not null,
    metadata   jsonb        not null,
    tags       jsonb        not null,
    provenance jsonb        not null,
    created_at timestamptz  not null,
    created_by varchar(255) not null,
    primary key (kind, name, number),
    foreign key (kind, name) references artifact
);
create index artifact_version_digest on artifact_version (digest);

create table label (
    kind    varchar(16) not null,
    name    varchar(63) not null,
    label   varchar(40) not null,
    version integer     not null,
    primary key (kind, name, label),
    foreign key (kind, name, version) references artifact_version
);
create index label_version on label (kind, name, version);

-- Stays when versions and names go.
create table label_event (
    id           bigint generated always as identity primary key,
    kind         varchar(16)  not null,
    name         varchar(63)  not null,
    label        varchar(40)  not null,
    from_version integer,
    to_version   integer,
    actor        varchar(255) not null,
    at           timestamptz  not null
);
create index label_event_label on label_event (kind, name, label, id);
