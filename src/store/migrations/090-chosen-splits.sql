-- Splits that a custodian has said for texts, by their groups: they count more than what the key drew.
create table chosen_splits (
  text_group text primary key,
  split text not null check (split in ('evaluation', 'test', 'audit')),
  chosen_by text not null,
  chosen_at bigint not null
);
