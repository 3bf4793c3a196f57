-- How many pages have no text of their own, and how many of those OCR has read.
alter table documents add column pages_without_text bigint;
alter table documents add column pages_read_by_ocr bigint;
