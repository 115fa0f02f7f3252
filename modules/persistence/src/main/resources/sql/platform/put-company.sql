-- Returns one row: whether the company was made rather than replaced.
-- Needs company's primary key.
-- Locks the company's row.
insert into changepost.company
  (id, name, website, phone, email, street, postal_code, city, country, vat_number,
   chamber_of_commerce_number, trades, employees, external_id)
values
  (:id, :name, :website, :phone, :email, :street, :postalCode, :city, :country, :vatNumber,
   :chamberNumber, :trades::text[], :employees::integer, :externalId)
on conflict (id) do update
  set name = excluded.name, website = excluded.website, phone = excluded.phone,
      email = excluded.email, street = excluded.street, postal_code = excluded.postal_code,
      city = excluded.city, country = excluded.country, vat_number = excluded.vat_number,
      chamber_of_commerce_number = excluded.chamber_of_commerce_number, trades = excluded.trades,
      employees = excluded.employees, external_id = excluded.external_id
returning xmax = 0
