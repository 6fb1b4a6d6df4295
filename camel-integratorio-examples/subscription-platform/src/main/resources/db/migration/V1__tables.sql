-- The queue: webhooks that were acknowledged and not yet applied. Empty when Kafka is the queue.
create table inbox (
  position    bigint generated always as identity primary key,
  event       text        not null unique,
  body        text        not null,
  attempts    integer     not null default 0,
  due_at      timestamptz not null default now(),
  problem     text
);
create index inbox_due on inbox (due_at, position);

-- Every event that was taken from the queue, once: a repeated one is known by its id.
create table event (
  id           text        primary key,
  type         text        not null,
  subscription text        not null,
  sequence     bigint      not null,
  outcome      text        not null check (outcome in ('APPLIED', 'STALE')),
  taken_at     timestamptz not null default now()
);
create index event_taken on event (taken_at);

-- What the billing system says: each subscription as of its latest event.
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
  -- Until when the customer has access by it: worked out from the above.
  access_until   timestamptz not null
);
create index subscription_email on subscription (email);

-- What the license of each customer must be, and whether integrator.io knows already.
create table license (
  email        text        primary key,
  edition      text        not null,
  expires      timestamptz not null,
  -- Rises when what must be changes, so that who wrote the state before does not take the new one for done.
  revision     bigint      not null default 1,
  -- When to write it; null when it is written.
  due_at       timestamptz default now(),
  -- Who writes it just now, and until when nobody else may.
  lease        uuid,
  leased_until timestamptz,
  -- Whether it was refused in a batch: then it is written by itself, and does not spoil another batch.
  alone        boolean     not null default false,
  attempts     integer     not null default 0,
  problem      text,
  license_id   text,
  written_at   timestamptz
);
create index license_due on license (due_at) where due_at is not null;
