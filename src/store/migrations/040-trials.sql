-- Reviews that try a draft beside what it was made from: nobody's work, and no newest review of a document.
alter table reviews add column trial smallint not null default 0 check (trial in (0, 1));
