-- The queue: acknowledged webhooks that have not been applied. Unused with Kafka.
create table inbox (
  position    bigint generated always as identity primary key,
  event       text        not null unique,
  body        text        not null,
  attempts    integer     not null default 0,
  due_at      timestamptz not null default now(),
  problem     text
);
create index inbox_due on inbox (due_at, position);

-- The processed events, to recognize duplicates by their id.
create table event (
  id           text        primary key,
  type         text        not null,
  subscription text        not null,
  sequence     bigint      not null,
  outcome      text        not null check (outcome in ('APPLIED', 'STALE')),
  taken_at     timestamptz not null default now()
);
create index event_taken on event (taken_at);

-- The subscriptions, as of their latest event.
create table subscription (
  id             text        primary key,
  customer       text        not null,
  email          text        not null,
  status         text        not null,
  edition        text        not null,
  paid_until     timestamptz not null,
  past_due_since timestamptz,
  ends_at        timestamptz,
  sequence       bigint      not null,
  -- End of access, computed from the columns above.
  access_until   timestamptz not null
);
create index subscription_email on subscription (email);

-- The target state of each customer's license, and whether it has been written to integrator.io.
create table license (
  email        text        primary key,
  edition      text        not null,
  expires      timestamptz not null,
  -- Increases with each change, so that a writer of an earlier state does not mark the new one as written.
  revision     bigint      not null default 1,
  -- When to write the license; null if it has been written.
  due_at       timestamptz default now(),
  -- The process that writes the license, and until when it is reserved.
  lease        uuid,
  leased_until timestamptz,
  -- Whether to write the license separately, because a batch with it was rejected.
  separate     boolean     not null default false,
  attempts     integer     not null default 0,
  problem      text,
  license_id   text,
  written_at   timestamptz
);
create index license_due on license (due_at) where due_at is not null;
