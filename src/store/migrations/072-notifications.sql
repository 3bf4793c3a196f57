-- What people are told of changes. Each once for each event; they go with their person, and after some months.
create table notifications (
  id text primary key,
  person text not null references people (id) on delete cascade,
  change text not null references changes (id),
  event_key text not null,
  kind text not null,
  text text not null,
  created_at bigint not null,
  read_at bigint,
  unique (person, change, event_key, kind)
);
create index notifications_by_person on notifications (person, created_at, id);
create index notifications_by_time on notifications (created_at);
