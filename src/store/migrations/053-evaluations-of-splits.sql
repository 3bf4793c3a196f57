-- Which examples were measured. Whoever reads evaluations reads those of one split.
alter table evaluations add column split text not null default 'evaluation'
  check (split in ('evaluation', 'test', 'audit'));
update evaluations set split = 'test' where dataset like '%@test';
update evaluations set split = 'audit' where dataset like '%@audit';
create index evaluations_by_split on evaluations (split, started_at, id);
