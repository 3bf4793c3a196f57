-- Which texts somebody without the right to export has opened on a day (UTC), by names that tell no hash.
-- `total` is the sum of `units` so far; the numbers keep two that come at once from counting the same ones.
create table opened_texts (
  person text not null,
  day text not null,
  name text not null,
  sequence bigint not null,
  units bigint not null,
  total bigint not null,
  opened_at bigint not null,
  primary key (person, day, name),
  unique (person, day, sequence)
);
create index opened_texts_by_day on opened_texts (day);
