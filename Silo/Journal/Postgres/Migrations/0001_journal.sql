-- works-with: 1
-- The journal: events, snapshots, the index of meetings, small records, and who writes (docs/postgres.md).

CREATE SEQUENCE meeting_numbers;

CREATE TABLE meetings (
    number  bigint PRIMARY KEY,
    id      text COLLATE "C" NOT NULL UNIQUE,
    tenant  text COLLATE "C" NOT NULL,
    created timestamptz NOT NULL,
    updated timestamptz NOT NULL,
    code    text COLLATE "C",
    state   text COLLATE "C",
    summary bytea
);
CREATE INDEX meetings_by_tenant ON meetings (tenant, number);
CREATE INDEX meetings_by_state ON meetings (state, number);

CREATE TABLE codes (
    code    text COLLATE "C" PRIMARY KEY,
    meeting bigint NOT NULL
);

-- Whoever comes second with a meeting's next sequence is told so by the primary key.
CREATE TABLE events (
    meeting  bigint NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    type     text COLLATE "C" NOT NULL,
    at       timestamptz NOT NULL,
    actor    text COLLATE "C",
    command  text COLLATE "C",
    payload  bytea NOT NULL,
    PRIMARY KEY (meeting, sequence)
);

CREATE TABLE snapshots (
    meeting  bigint PRIMARY KEY,
    sequence bigint NOT NULL,
    payload  bytea NOT NULL
);

-- One count for all records, so that a record made again after its deletion does not get an old version back.
CREATE SEQUENCE record_versions;

CREATE TABLE records (
    bucket  text COLLATE "C" NOT NULL,
    key     text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    value   bytea NOT NULL,
    PRIMARY KEY (bucket, key)
);

-- One row for each silo that has ever opened the database; every batch of writes changes its writer's row. So a batch whose answer was
-- lost can be asked for, and a writer that another has taken over from cannot write.
CREATE TABLE writers (
    writer uuid PRIMARY KEY,
    name   text NOT NULL,
    epoch  bigint NOT NULL,
    batch  bigint NOT NULL,
    fenced boolean NOT NULL DEFAULT false,
    opened timestamptz NOT NULL DEFAULT now(),
    seen   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE FUNCTION write_batch(this_writer uuid, this_epoch bigint, this_batch bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE writers SET batch = this_batch, seen = clock_timestamp() WHERE writer = this_writer AND epoch = this_epoch AND NOT fenced;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'another silo has taken over from writer %', this_writer USING ERRCODE = 'CF001';
    END IF;
END
$$;
