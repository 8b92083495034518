-- SPDX-License-Identifier: GPL-3.0-or-later
-- Rows that every installation has; each statement may run again.

insert into app.branch (code, name)
select 'PST', 'Pusat' where not exists (select from app.branch);

insert into app.tax (name, rate_bp, base_num, base_den, inclusive, valid_from)
select 'PPN', 1200, 11, 12, false, date '2025-01-01'
where not exists (select from app.tax);

insert into app.account (code, name, kind) values
	('1101', 'Kas loket', 'asset'),
	('1102', 'Bank', 'asset'),
	('1201', 'Piutang pelanggan', 'asset'),
	('2101', 'Uang muka pelanggan', 'liability'),
	('2201', 'PPN keluaran', 'liability'),
	('3101', 'Saldo awal', 'equity'),
	('4101', 'Pendapatan langganan', 'income'),
	('4102', 'Pendapatan lain', 'income'),
	('5901', 'Selisih kas', 'expense')
on conflict (code) do nothing;

insert into app.transition (object, from_state, to_state, perm, reason, label)
values
	('service', 'registered', 'survey', 'customer.step', false, 'Schedule the survey'),
	('service', 'registered', 'approved', 'customer.update', false, 'Approve without survey'),
	('service', 'survey', 'approved', 'customer.step', false, 'Survey passed'),
	('service', 'approved', 'scheduled', 'customer.update', false, 'Schedule the installation'),
	('service', 'scheduled', 'approved', 'customer.update', false, 'Schedule anew'),
	('service', 'scheduled', 'installing', 'customer.step', false, 'Start the installation'),
	('service', 'installing', 'scheduled', 'customer.step', true, 'Visit failed'),
	('service', 'installing', 'active', 'customer.step', false, 'Activate'),
	('service', 'active', 'suspended', 'customer.update', true, 'Isolir'),
	('service', 'suspended', 'active', 'customer.update', false, 'Open again'),
	('service', 'active', 'paused', 'customer.update', true, 'Pause the service'),
	('service', 'paused', 'active', 'customer.update', false, 'Resume the service'),
	('service', 'registered', 'terminated', 'customer.update', true, 'Cancel the registration'),
	('service', 'survey', 'terminated', 'customer.update', true, 'Cancel the registration'),
	('service', 'approved', 'terminated', 'customer.update', true, 'Cancel the registration'),
	('service', 'scheduled', 'terminated', 'customer.update', true, 'Cancel the registration'),
	('service', 'installing', 'terminated', 'customer.update', true, 'Cancel the registration'),
	('service', 'active', 'terminated', 'customer.update', true, 'Terminate'),
	('service', 'suspended', 'terminated', 'customer.update', true, 'Terminate'),
	('service', 'paused', 'terminated', 'customer.update', true, 'Terminate'),
	('service', 'terminated', 'registered', 'customer.delete', true, 'Register anew'),
	('customer', 'terminated', 'archived', 'customer.delete', true, 'Archive'),
	('customer', 'archived', 'terminated', 'customer.delete', true, 'Bring back')
on conflict (object, from_state, to_state) do update set
	perm = excluded.perm, reason = excluded.reason, label = excluded.label;
