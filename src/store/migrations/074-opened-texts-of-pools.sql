-- A text counts in the day of its reader (pool ''), and in each pool that has it: a dataset's split, documents.
create table counted_texts (
  person text not null,
  day text not null,
  pool text not null default '',
  name text not null,
  sequence bigint not null,
  units bigint not null,
  total bigint not null,
  opened_at bigint not null,
  primary key (person, day, pool, name),
  unique (person, day, pool, sequence)
);
insert into counted_texts (person, day, pool, name, sequence, units, total, opened_at)
select person, day, '', name, sequence, units, total, opened_at from opened_texts;
drop table opened_texts;
alter table counted_texts rename to opened_texts;
create index opened_texts_by_day on opened_texts (day);
