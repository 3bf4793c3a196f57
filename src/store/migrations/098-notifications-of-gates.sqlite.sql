-- People are told of gates that no change asked, too: of a change, or of a gate.
create table notifications_of_gates (
  id text primary key,
  person text not null references people (id) on delete cascade,
  change text references changes (id),
  gate text references gates (id),
  event_key text not null,
  kind text not null,
  text text not null,
  created_at bigint not null,
  read_at bigint,
  unique (person, change, event_key, kind),
  unique (person, gate, event_key, kind),
  check ((change is null) <> (gate is null))
);
insert into notifications_of_gates (id, person, change, event_key, kind, text, created_at, read_at)
  select id, person, change, event_key, kind, text, created_at, read_at from notifications;
drop table notifications;
alter table notifications_of_gates rename to notifications;
create index notifications_by_person on notifications (person, created_at, id);
create index notifications_by_time on notifications (created_at);
