-- Who is signed in at the console. What a row holds is sealed with a key that only the browser's cookie makes.
create table console_session (
    -- a hash of the cookie
    id         text primary key,
    sealed     bytea       not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index console_session_created on console_session (created_at);
