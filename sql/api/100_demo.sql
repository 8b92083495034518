-- SPDX-License-Identifier: GPL-3.0-or-later
-- Demo data: an invented provider in the east of Bandung with its customers
-- and their history. The same seed and day make the same rows: chance is a
-- hash of the seed, what it is about and a number, and no clock is read.

-- A number in [0, 1) for row p_n and purpose p_k. No SET clause, so that it
-- is inlined: it is called a hundred times per customer.
create or replace function app.demo_u(p_seed bigint, p_n bigint, p_k integer)
returns double precision
language sql immutable parallel safe
as $$
	select (pg_catalog.hashint8extended(p_n, p_seed + p_k)
	    & 9007199254740991)::double precision / 9007199254740992.0
$$;

-- One of a list; the first ones are the common ones.
create or replace function app.demo_pick(p_list text[],
    p_u double precision)
returns text
language sql immutable parallel safe
as $$
	select p_list[1 + floor(pow(p_u, 1.6) * cardinality(p_list))::integer]
$$;

-- What names and addresses are made of.
create or replace function app.demo_list(p_kind text) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp
as $$
	select string_to_array(regexp_replace(v, '\s+', ' ', 'g'), ', ')
	from (values
	('sunda_m', 'Asep, Dadang, Ujang, Cecep, Dedi, Iwan, Yayan, Wawan, Tatang,
	Deden, Encep, Aep, Endang, Jajang, Maman, Nandang, Oman, Rukman, Saepudin,
	Tarmana, Usep, Yadi, Yana, Atep, Agus, Aceng, Adang, Ade, Aang, Cucu,
	Didin, Engkos, Engkus, Gugun, Hendar, Ikin, Juhana, Kosasih, Mamat, Nana,
	Oding, Pepen, Rahmat, Sobana, Toto, Uus, Wahyu, Yusup, Gilang, Rangga'),
	('sunda_f', 'Siti, Neng, Euis, Imas, Iis, Lilis, Yayah, Cucu, Teti, Entin,
	Ai, Ani, Yeni, Nining, Tati, Dedeh, Elis, Enok, Ecin, Kokom, Lina, Mimin,
	Nani, Omah, Popon, Rani, Reni, Susi, Titin, Tuti, Uum, Wati, Yanti, Yuyun,
	Eneng, Ratna, Intan, Mayang, Dewi, Nurjanah'),
	('jawa_m', 'Budi, Agus, Slamet, Joko, Bambang, Sugeng, Eko, Dwi, Tri,
	Heru, Hari, Sigit, Suparman, Sutrisno, Sugiono, Supriyadi, Sunarto,
	Suyanto, Suharto, Sukarno, Wahyudi, Widodo, Yudi, Yulianto, Anang, Ari,
	Arif, Bagus, Bayu, Danang, Didik, Edi, Edy, Gatot, Giyanto, Hariyanto,
	Imam, Jumadi, Karyono, Kusno, Mulyono, Ngatno, Nugroho, Pramono, Prasetyo,
	Purnomo, Rudi, Santoso, Teguh, Triyono, Untung, Wawan, Yanto, Cahyo'),
	('jawa_f', 'Sri, Siti, Endang, Dewi, Tri, Dwi, Retno, Wahyuni, Rini,
	Ratna, Sulastri, Sumiati, Suparti, Sutinah, Suwarni, Tutik, Tuti, Umi,
	Wiwik, Yuni, Yuliana, Ambar, Anik, Ayu, Diah, Eka, Endah, Erna, Esti,
	Fitri, Hartini, Ika, Indah, Lastri, Lestari, Ningsih, Nunik, Partini,
	Poniyem, Puji, Rukmini, Sari, Setyowati, Susilowati, Titik, Utami, Wati,
	Winarsih, Yanti, Kartika'),
	('umum_m', 'Muhammad, Ahmad, Rizky, Andi, Dimas, Fajar, Hendra, Irfan,
	Ilham, Yusuf, Abdul, Aditya, Aldi, Alfian, Ali, Andri, Anwar, Ardiansyah,
	Arya, Candra, Daniel, David, Denny, Dicky, Doni, Fadli, Fahmi, Faisal,
	Farhan, Feri, Firman, Galih, Hadi, Hafiz, Hasan, Herman, Ibrahim, Iqbal,
	Ismail, Jefri, Kevin, Luthfi, Maulana, Nanda, Nur, Raka, Randi, Reza,
	Ridwan, Riki, Rio, Robby, Rudi, Sandi, Surya, Syahrul, Taufik, Toni, Umar,
	Wildan, Yoga, Zaenal, Zulfikar, Rizki'),
	('umum_f', 'Siti, Nur, Dewi, Rina, Putri, Ayu, Fitri, Indah, Maya, Wulan,
	Aisyah, Amelia, Anggi, Anisa, Astri, Aulia, Bunga, Cindy, Citra, Dian,
	Dina, Dini, Dita, Elsa, Erika, Fatimah, Febri, Gita, Hana, Icha, Ika,
	Intan, Kartika, Khadijah, Lia, Linda, Maria, Maryam, Mega, Melati, Mia,
	Mira, Nabila, Nadia, Nia, Novi, Nurul, Rahma, Ratih, Rika, Riska, Rosa,
	Salma, Sarah, Shinta, Silvi, Sinta, Tania, Tiara, Vina, Winda, Yulia,
	Zahra, Rara'),
	('last', 'Hidayat, Kurniawan, Santoso, Setiawan, Saputra, Gunawan, Permana,
	Nugraha, Wijaya, Susanto, Firmansyah, Ramadhan, Suryana, Mulyana,
	Rahmawati, Iskandar, Purnama, Maulana, Hermawan, Irawan, Budiman, Supriatna,
	Sutisna, Suhendar, Solihin, Rosadi, Pratama, Prasetyo, Nurhayati, Lestari,
	Hasanah, Handayani, Fauzi, Effendi, Darmawan, Budiarto, Ardiansyah,
	Anggraeni, Abdullah, Wulandari, Wahyudin, Utami, Taryana, Syarifudin,
	Suryadi, Supriyatna, Sunarya, Sumarna, Sudrajat, Subagja, Sopandi, Setiadi,
	Saepuloh, Rusmana, Rukmana, Rohman, Rohimat, Ridwan, Ramdani, Rachman,
	Puspita, Priatna, Pamungkas, Oktaviani, Nuryana, Nurdin, Nugroho, Munawar,
	Mustofa, Muslim, Mulyadi, Maryana, Mardiana, Maryati, Kusumah, Kusnadi,
	Kosasih, Komarudin, Karyana, Juanda, Jaelani, Ismail, Indrawan, Hendrawan,
	Heryanto, Herdiana, Hamdani, Hakim, Hadiansyah, Gumilar, Fitriani,
	Febrianti, Fadillah, Djunaedi, Dharmawan, Dermawan, Cahyadi, Cahyani,
	Basuki, Bachtiar, Azhari, Aryanto, Arifin, Apriyanti, Anwar, Andriani,
	Amalia, Alamsyah, Aisyah, Agustina, Adiputra, Ma''ruf, Syafi''i'),
	('batak_m', 'Tigor, Togar, Parlindungan, Saut, Binsar, Ronald, Hotman,
	Poltak, Mangara, Jonathan, Samuel, Marihot, Bonar, Monang, Ruhut, Sahat'),
	('batak_f', 'Rotua, Tiurma, Duma, Lamria, Ester, Debora, Rosmaida, Sondang,
	Tiur, Nauli, Marlina, Ruth, Hotmaida, Romauli, Melva, Yohana'),
	('batak', 'Siregar, Simanjuntak, Nasution, Harahap, Lubis, Sitompul,
	Simatupang, Sihombing, Nainggolan, Manurung, Pasaribu, Hutagalung,
	Panjaitan, Tobing, Situmorang, Pardede, Sinaga, Silalahi, Ginting, Sembiring,
	Tarigan, Hutapea, Marpaung, Napitupulu, Samosir, Purba, Saragih, Damanik'),
	('minang_m', 'Rizal, Syafrizal, Yuliandri, Hendri, Zulkifli, Afrizal,
	Ramli, Yusrizal, Marlis, Fauzan, Hamka, Syahrial, Irwandi, Nofrizal'),
	('minang_f', 'Yuniarti, Gusti, Desmawati, Yulinar, Rosmiati, Elvira, Nelfi,
	Zuraida, Asmawati, Rahmi, Yusmiati, Upik, Mardiah, Fitria'),
	('minang', 'Chaniago, Koto, Piliang, Tanjung, Sikumbang, Guci, Jambak,
	Caniago, Malik, Sutan, Marajo, Bandaro, Datuk, Mandaliko'),
	('bali_m', 'I Wayan, I Made, I Nyoman, I Ketut, I Gede, I Putu, I Kadek,
	I Komang, Ida Bagus, I Gusti'),
	('bali_f', 'Ni Wayan, Ni Made, Ni Nyoman, Ni Ketut, Ni Luh, Ni Putu,
	Ni Kadek, Ni Komang, Ida Ayu'),
	('bali', 'Sudiarta, Wirawan, Suartana, Mahendra, Arta, Sukerta, Darmayasa,
	Suryani, Astiti, Adnyana, Widiastuti, Wirata, Parwata, Sudana'),
	('china_m', 'Hendrik, Steven, Andreas, Budianto, Robert, William, Jimmy,
	Felix, Kevin, Yohanes, Michael, Rudy, Ferry, Alex, Albert, Edward'),
	('china_f', 'Meiling, Lily, Jessica, Stefani, Natalia, Vivian, Angelina,
	Cynthia, Fenny, Yuliani, Michelle, Grace, Silvia, Melisa, Catherine'),
	('china', 'Wijaya, Tanuwijaya, Halim, Gunawan, Lim, Tan, Susanto, Hartono,
	Kusuma, Setiabudi, Salim, Tjandra, Sutanto, Liem, Oei, Widjaja, Chandra,
	Budihardjo, Tanoto, Lie, Hartanto, Limanto, Santosa, Sugianto'),
	('timur_m', 'Frans, Yosef, Markus, Yohanis, Petrus, Melky, Jhon, Marthen,
	Stevan, Semuel, Domi, Herman'),
	('timur_f', 'Yuliana, Maria, Martha, Selvi, Yosefina, Debby, Agnes,
	Fransina, Novita, Marlin, Yanti, Merry'),
	('timur', 'Pattiasina, Latuconsina, Wenas, Mandagi, Lumentut, Rumambi,
	Tuhumury, Sahetapy, Nahak, Bria, Manuputty, Kawilarang, Tuwaidan, Palar'),
	('shop', 'Warung Barokah, Toko Sinar Jaya, Warung Bu Tini, Toko Sumber
	Rezeki, Bengkel Maju Motor, Apotek Sehat, Laundry Bersih, Kost Bu Haji,
	Masjid Al Ikhlas, SDN Cipadung, PAUD Melati, Kopi Tepi Sawah, Ayam Geprek
	Juara, Salon Cantik, Klinik Medika, CV Mitra Abadi, Toko Berkah, Fotokopi
	Mandiri, Warnet Galaksi, Konveksi Laksana, Posyandu Mawar, Percetakan Prima,
	Kantor RW, Koperasi Sejahtera'),
	('street', 'A.H. Nasution, Soekarno Hatta, Cibiru Raya, Rumah Sakit, Cigending,
	Pasir Impun, Terusan Jakarta, Antapani Lama, Kuningan, Purwakarta, Jakarta,
	Kiaracondong, Ibrahim Adjie, Babakan Sari, Gatot Subroto, Turangga, Maleer,
	Buah Batu, Margacinta, Ciwastra, Cijawura, Derwati, Gedebage Selatan,
	Rancanumpang, Cimincrang, Cingised, Golf Barat, Sukamiskin, Pacuan Kuda,
	Arcamanik Endah, Sindanglaya, Jatihandap, Cikutra, Suci, Surapati, Cikaso,
	Padasuka, Pasirlayung, Cihampelas, Cipaganti, Dago, Dipatiukur, Tubagus
	Ismail, Sekeloa, Sadang Serang, Sukajadi, Setiabudi, Cipedes, Pasteur,
	Pajajaran, Pasirkaliki, Garuda, Rajawali, Jamika, Kopo, Mekarwangi, Cibaduyut,
	Moh. Toha, Batununggal, Kujangsari, Merdeka, Asia Afrika, Sunda, Veteran,
	Ahmad Yani, Supratman, Riau, Anggrek, Cendana, Mawar, Melati, Kenanga,
	Flamboyan, Dahlia, Kamboja, Teratai, Manggis, Rambutan, Mangga, Durian,
	Merpati, Kutilang, Cendrawasih, Elang, Cipadung Permai, Manisi, Cilengkrang,
	Cinunuk, Percobaan, Galumpit, Cijambe, Cisaranten, Rancasari, Saturnus,
	Venus, Jupiter, Mars, Pluto'),
	('lane', 'H. Yasin, Mesjid, Bojong, Sukapura, Warta, Babakan, Cempaka,
	Sukarasa, Pelita, Karya Bakti, Cikuda, H. Umar, Nangkasuni, Tanjakan, Ancol,
	Sereh, Salam, Kujang, Laksana, Mukalmi, Siti Mariah, Pesantren, Cibangkong,
	Parakan, Sukamaju, Madrasah, Sukasari, Sirnagalih, Kebon Kawung, Cidurian'),
	('estate', 'Griya Cempaka Arum, Permata Biru, Bumi Panyileukan, Bumi
	Harapan, Cipadung Indah, Margahayu Raya, Riung Bandung, Adipura, Taman
	Bumi Prima, Vijaya Kusuma, Manglayang Regency, Pesona Ciwastra, Bukit
	Manglayang, Pinus Regency, Arcamanik Regency, Antapani Regency, Gading
	Tutuka, Sanggar Hurip, Bina Karya, Mekar Indah'),
	('partner', 'RT-Net Cigending, Warnet Galaksi, BUMDes Cinunuk, Net Pasir
	Impun, Koperasi Manglayang, RT-Net Cimekar, Komunitas Sekeloa, Net Derwati')
	) t(k, v) where k = p_kind
$$;

-- District, city, postal code, latitude, longitude: villages.
create or replace function app.demo_places()
returns table (n integer, village text, district text, city text,
    postal_code text, latitude numeric, longitude numeric)
language sql immutable set search_path = pg_catalog, pg_temp
as $$
	select row_number() over (order by d.o, v.o)::integer, v.v,
	    d.district, d.city, d.postal, d.lat, d.lon
	from (values
	(1, 'Cibiru', 'Kota Bandung', '40615', -6.918, 107.722,
	    'Cipadung, Cisurupan, Palasari, Pasirbiru'),
	(2, 'Ujungberung', 'Kota Bandung', '40611', -6.908, 107.701,
	    'Cigending, Pasanggrahan, Pasirendah, Pasirjati, Pasirwangi'),
	(3, 'Panyileukan', 'Kota Bandung', '40614', -6.931, 107.708,
	    'Cipadung Kidul, Cipadung Kulon, Cipadung Wetan, Mekarmulya'),
	(4, 'Cileunyi', 'Kabupaten Bandung', '40621', -6.939, 107.741,
	    'Cinunuk, Cimekar, Cibiru Hilir, Cibiru Wetan, Cileunyi Kulon,
	    Cileunyi Wetan'),
	(5, 'Arcamanik', 'Kota Bandung', '40293', -6.915, 107.676,
	    'Cisaranten Endah, Cisaranten Kulon, Cisaranten Bina Harapan,
	    Sukamiskin'),
	(6, 'Antapani', 'Kota Bandung', '40291', -6.914, 107.660,
	    'Antapani Kidul, Antapani Kulon, Antapani Tengah, Antapani Wetan'),
	(7, 'Mandalajati', 'Kota Bandung', '40195', -6.899, 107.673,
	    'Jatihandap, Karangpamulang, Pasir Impun, Sindangjaya'),
	(8, 'Gedebage', 'Kota Bandung', '40294', -6.951, 107.698,
	    'Cimincrang, Cisaranten Kidul, Rancabolang, Rancanumpang'),
	(9, 'Cinambo', 'Kota Bandung', '40294', -6.926, 107.690,
	    'Babakan Penghulu, Cisaranten Wetan, Pakemitan, Sukamulya'),
	(10, 'Rancasari', 'Kota Bandung', '40292', -6.956, 107.677,
	    'Cipamokolan, Derwati, Manjahlega, Mekarjaya'),
	(11, 'Buahbatu', 'Kota Bandung', '40286', -6.953, 107.655,
	    'Cijawura, Jatisari, Margasari, Sekejati'),
	(12, 'Kiaracondong', 'Kota Bandung', '40285', -6.924, 107.646,
	    'Babakan Sari, Babakan Surabaya, Cicaheum, Kebon Jayanti,
	    Kebon Kangkung, Sukapura'),
	(13, 'Cimenyan', 'Kabupaten Bandung', '40197', -6.872, 107.666,
	    'Cibeunying, Cikadut, Padasuka, Sindanglaya, Mekarsaluyu'),
	(14, 'Jatinangor', 'Kabupaten Sumedang', '45363', -6.933, 107.772,
	    'Cibeusi, Cikeruh, Hegarmanah, Sayang, Cipacing'),
	(15, 'Coblong', 'Kota Bandung', '40132', -6.886, 107.616,
	    'Dago, Lebakgede, Sadangserang, Sekeloa, Cipaganti'),
	(16, 'Bojongsoang', 'Kabupaten Bandung', '40288', -6.981, 107.640,
	    'Cipagalo, Lengkong, Tegalluar, Bojongsari'),
	(17, 'Sukajadi', 'Kota Bandung', '40162', -6.890, 107.590,
	    'Cipedes, Pasteur, Sukabungah, Sukagalih, Sukawarna'),
	(18, 'Lengkong', 'Kota Bandung', '40264', -6.935, 107.623,
	    'Burangrang, Cijagra, Malabar, Turangga')
	) d(o, district, city, postal, lat, lon, villages)
	cross join regexp_split_to_table(d.villages, ',\s*')
	    with ordinality v(v, o)
$$;

-- Company, packages, partners, the clerks whose history this is (nobody can
-- log in as one of them) and a technician.
create or replace function app.demo_company(p_today date, p_clerks integer)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_at timestamptz := (p_today - 1200)::timestamp at time zone 'UTC';
begin
	update app.setting s set value = x.value
	from (values ('company_name', 'NUSANTARA NET'),
	    ('company_legal', 'PT Nusantara Jaringan Contoh'),
	    ('company_address', 'Jl. A.H. Nasution No. 105, Cibiru, Bandung'),
	    ('company_phone', '6281200002323'),
	    ('company_npwp', '01.234.567.8-429.000'),
	    ('receipt_qr_prefix', 'https://bayar.example.net/cek/'))
	    x(key, value)
	where s.key = x.key;
	-- The invented company always had this letterhead, also on old slips.
	delete from app.setting_past;

	insert into app.package (code, name, down_mbps, up_mbps, price,
	    description, active, created_at)
	select x.code, x.name, x.down, x.up, x.price, x.description, x.active,
	    v_at
	from (values
	('HOME-10', 'Home 10', 10, 5, 100000, 'Untuk 1 sampai 3 gawai', true),
	('HOME-20', 'Home 20', 20, 10, 150000, 'Untuk keluarga kecil', true),
	('HOME-30', 'Home 30', 30, 15, 200000, 'Untuk keluarga', true),
	('HOME-50', 'Home 50', 50, 25, 250000, 'Untuk gim dan film', true),
	('HOME-75', 'Home 75', 75, 40, 350000, 'Untuk banyak gawai', true),
	('HOME-100', 'Home 100', 100, 50, 500000, 'Yang tercepat', true),
	('USAHA-50', 'Usaha 50', 50, 50, 450000,
	    'Untuk kantor dan toko, naik sama cepat', true),
	('ZLAMA-15', 'Hemat 15 (lama)', 15, 5, 125000,
	    'Tidak dijual lagi', false))
	    x(code, name, down, up, price, description, active)
	on conflict (code) do nothing;

	insert into app.partner (code, name)
	select 'MTR-' || lpad(n::text, 2, '0'), name
	from unnest(app.demo_list('partner')) with ordinality t(name, n)
	on conflict (code) do nothing;

	insert into app.app_user (name, full_name, role_id, scope, password,
	    must_change, active, created_at)
	select 'loket' || n,
	    app.demo_pick(app.demo_list('umum_f'), app.demo_u(7, n, 1)) || ' ' ||
	    app.demo_pick(app.demo_list('last'), app.demo_u(7, n, 2)),
	    'finance', 'own', '!', false, false, v_at
	from generate_series(1, p_clerks) n
	on conflict (name) do nothing;

	-- Has customers assigned to him, and no password until he is given one.
	insert into app.app_user (name, full_name, role_id, scope, password,
	    must_change, created_at)
	values ('technician', 'Teknisi Lapangan', 'technician', 'own', '!',
	    false, v_at)
	on conflict (name) do nothing;
end $$;

-- The highest id of a table. Row security keeps max() from the index.
create or replace function app.demo_last(p_table regclass) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v bigint;
begin
	execute format('select t.id from %s t order by t.id desc limit 1',
	    p_table) into v;
	return coalesce(v, 0);
end $$;

-- The tables that are filled in bulk.
create or replace function app.demo_tables() returns regclass[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select '{app.customer,app.service,app.service_log,app.balance,
	app.invoice,app.invoice_line,app.invoice_tax,app.journal,app.posting,
	app.cash_session,app.payment,app.allocation,app.customer_word}'::regclass[]
$$;

-- Triggers off, and away with foreign keys and every index that does not grow
-- at its end. Their definitions go to pg_temp.demo_attach, so that
-- app.demo_attach brings back exactly what was there.
create or replace function app.demo_detach() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	r record;
begin
	create temp table demo_attach on commit drop as
	select case c.contype when 'f' then 3 else 1 end as pos,
	    c.conrelid::regclass::text as tab, c.conname as name,
	    format('alter table %s add constraint %I %s', c.conrelid::regclass,
	        c.conname, pg_get_constraintdef(c.oid)) as sql
	from pg_constraint c
	where c.conrelid = any (app.demo_tables())
	and (c.contype = 'f' or c.contype in ('p', 'u')
	    and c.conrelid = any ('{app.customer_word,app.balance}'::regclass[])
	    or c.conname = 'service_pppoe_user_key')
	union all
	select 2, null, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
	from pg_index i
	where i.indrelid = any (app.demo_tables())
	and not exists (select from pg_constraint c
	    where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'));
	for r in select * from pg_temp.demo_attach a
	    order by a.pos desc, a.name
	loop
		if r.pos = 2 then
			execute 'drop index ' || r.name;
		else
			execute format('alter table %s drop constraint %I', r.tab,
			    r.name);
		end if;
	end loop;
	for r in select t from unnest(app.demo_tables()) t loop
		execute format('alter table %s disable trigger user', r.t);
	end loop;
end $$;

create or replace function app.demo_attach() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	r record;
begin
	for r in select * from pg_temp.demo_attach a order by a.pos, a.name loop
		execute r.sql;
	end loop;
	for r in select t from unnest(app.demo_tables()) t loop
		execute format('alter table %s enable trigger user', r.t);
		execute format('analyze %s', r.t);
	end loop;
	analyze app.word, app.word_variant, app.package, app.app_user;
	drop table pg_temp.demo_attach;
end $$;

-- Who they are: a row of pg_temp.demo_person each. Groups of names by their
-- share in the region; some have one name only, some three. Numbers grow with
-- the day of joining, over three years up to yesterday.
create or replace function app.demo_persons(p_seed bigint, p_count integer,
    p_today date)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	create temp table demo_name on commit drop as
	select g as grp, s as sex, app.demo_list(g || '_' || s) as first,
	    app.demo_list('umum_' || s) as second,
	    coalesce(app.demo_list(nullif(g, 'umum')), app.demo_list('last'))
	    as last
	from unnest('{sunda,jawa,umum,batak,minang,bali,china,timur}'::text[]) g,
	    unnest('{m,f}'::text[]) s;

	create temp table demo_person (n bigint, joined date, name text,
	    class smallint, status text, installed date, ended date,
	    stop date) on commit drop;
	insert into pg_temp.demo_person (n, joined, name)
	select y.n, y.joined,
	    case when app.demo_u(p_seed, y.n, 3) < 0.03 then
	        app.demo_pick(app.demo_list('shop'), app.demo_u(p_seed, y.n, 4))
	    else concat_ws(' ', case when app.demo_u(p_seed, y.n, 3) < 0.97
	        then null when y.sex = 'm' then 'H.' else 'Hj.' end,
	        y.first, nullif(y.second, y.first),
	        nullif(nullif(y.last, y.first), y.second)) end
	from (select x.n, x.joined, x.sex,
	        app.demo_pick(k.first, app.demo_u(p_seed, x.n, 4)) as first,
	        case when x.grp not in ('bali', 'china')
	            and app.demo_u(p_seed, x.n, 5) < 0.22 then
	        app.demo_pick(k.second, app.demo_u(p_seed, x.n, 6)) end as second,
	        case when x.grp not in ('jawa', 'sunda')
	            or app.demo_u(p_seed, x.n, 7) > 0.12 then
	        app.demo_pick(k.last, app.demo_u(p_seed, x.n, 8)) end as last
	    from (select n, p_today - 1 - floor(1095 *
	            (1 - (n - 0.5) / p_count))::integer as joined,
	        (array['sunda', 'jawa', 'umum', 'batak', 'minang', 'china',
	            'bali', 'timur'])[width_bucket(app.demo_u(p_seed, n, 1),
	            array[0, 0.40, 0.64, 0.82, 0.88, 0.92, 0.96, 0.98])] as grp,
	        case when app.demo_u(p_seed, n, 2) < 0.62 then 'm' else 'f' end
	            as sex
	        from generate_series(1::bigint, p_count) n) x
	    join pg_temp.demo_name k on k.grp = x.grp and k.sex = x.sex) y
	order by y.n;
	drop table pg_temp.demo_name;
end $$;

-- What became of them. class: 1 pays at once, 2 by the due day, 3 some days
-- late, 4 chronically late. ended: the day from which nothing is billed any
-- more; stop: the first month that was left unpaid.
create or replace function app.demo_fates(p_seed bigint, p_today date)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_month date := date_trunc('month', p_today)::date;
begin
	update pg_temp.demo_person p set
	    class = width_bucket(app.demo_u(p_seed, p.n, 20),
	        array[0, 0.45, 0.80, 0.95]),
	    status = case when p.joined <= p_today - 100 then
	        (array['suspended', 'terminated', 'paused', 'active'])
	        [width_bucket(app.demo_u(p_seed, p.n, 21),
	        array[0, 0.055, 0.088, 0.099])]
	    when p.joined <= p_today - 7 and app.demo_u(p_seed, p.n, 21) > 0.55
	        then 'active'
	    else (array['registered', 'survey', 'approved', 'scheduled',
	        'installing'])[1 + floor(5 * app.demo_u(p_seed, p.n, 22))::integer]
	    end,
	    installed = p.joined + 2 + floor(4 * app.demo_u(p_seed, p.n, 23))
	        ::integer;
	update pg_temp.demo_person p set installed = null
	where p.status in ('registered', 'survey', 'approved', 'scheduled',
	    'installing');
	update pg_temp.demo_person p set ended = p.installed + 40 +
	    floor((p_today - p.installed - 41) * app.demo_u(p_seed, p.n, 24))
	    ::integer
	where p.status = 'terminated';
	update pg_temp.demo_person p set ended = p_today - 10 -
	    floor(45 * app.demo_u(p_seed, p.n, 24))::integer
	where p.status = 'paused';
	-- Cut off on the 15th of one of the last months, with two or three open.
	update pg_temp.demo_person p set class = 4, ended = (v_month + 14 -
	    make_interval(months => case when p_today > v_month + 14
	        and app.demo_u(p_seed, p.n, 24) < 0.5 then 0
	        when app.demo_u(p_seed, p.n, 24) < 0.8 then 1 else 2 end))::date
	where p.status = 'suspended';
	update pg_temp.demo_person p set stop = (date_trunc('month', p.ended) -
	    make_interval(months => case when p.status = 'terminated' then 0
	        when app.demo_u(p_seed, p.n, 25) < 0.6 then 1 else 2 end))::date
	where p.status = 'suspended'
	or p.status = 'terminated' and app.demo_u(p_seed, p.n, 25) < 0.2;
end $$;

-- Which services they have: a row of pg_temp.demo_service each. Two in a
-- hundred have a second one (a stall, the parents' house).
create or replace function app.demo_service_plan(p_seed bigint,
    p_base bigint, p_today date)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_base bigint := app.demo_last('app.service');
	v_on_sale integer[] := array(select k.id from unnest(array['HOME-20',
	    'HOME-10', 'HOME-30', 'HOME-50', 'HOME-20', 'HOME-75', 'USAHA-50',
	    'HOME-100']) with ordinality t(code, n)
	    join app.package k on k.code = t.code order by t.n);
	v_old integer := (select k.id from app.package k
	    where k.code = 'ZLAMA-15');
begin
	create temp table demo_service on commit drop as
	select v_base + row_number() over (order by p.n, q) as id, p.n,
	    p_base + p.n as customer_id, q as seq, p.class, p.status, p.joined,
	    p.ended, p.stop,
	    case when q = 1 then p.installed else p.installed + 35 end
	        as installed,
	    case when p.joined < p_today - 700 and q = 1
	        and app.demo_u(p_seed, p.n, 60) < 0.15 then v_old
	    else v_on_sale[1 + floor(cardinality(v_on_sale) * pow(
	        app.demo_u(p_seed, p.n * 2 + q, 61), 1.8))::integer] end
	        as package_id,
	    app.demo_u(p_seed, p.n * 2 + q, 62) < 0.02 as own_price
	from pg_temp.demo_person p
	cross join generate_series(1, 2) q
	where q = 1 or p.status = 'active' and p.joined < p_today - 120
	    and app.demo_u(p_seed, p.n, 63) < 0.0215;
	analyze pg_temp.demo_service;
end $$;

create or replace function app.demo_customers(p_seed bigint, p_base bigint,
    p_zone text, p_technician integer)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_places integer := (select count(*) from app.demo_places());
	v_partners integer[] := array(select t.id from app.partner t
	    where t.code like 'MTR-%' order by t.code);
begin
	create temp table demo_place on commit drop as
	select * from app.demo_places();
	insert into app.customer (id, branch_id, name, phone, email, address,
	    rt_rw, village, district, city, province, postal_code, latitude,
	    longitude, id_number, partner_id, assigned_to, status, main_service, created_at)
	select p_base + p.n, 1, p.name,
	    '628' || (array['12', '13', '21', '22', '52', '53', '57', '96'])
	        [1 + floor(8 * app.demo_u(p_seed, p.n, 40))::integer] ||
	        lpad(((p.n * 7654321 + p_seed % 9999991) % 99999989)::text, 8, '0'),
	    case when app.demo_u(p_seed, p.n, 41) < 0.3 then
	        lower(translate(p.name, ' .''', '.')) || p.n || '@example.com'
	        end,
	    case width_bucket(app.demo_u(p_seed, p.n, 42),
	        array[0, 0.60, 0.80, 0.92])
	    when 1 then 'Jl. ' || app.demo_pick(app.demo_list('street'),
	        app.demo_u(p_seed, p.n, 43))
	    when 2 then 'Gg. ' || app.demo_pick(app.demo_list('lane'),
	        app.demo_u(p_seed, p.n, 43))
	    when 3 then 'Komp. ' || app.demo_pick(app.demo_list('estate'),
	        app.demo_u(p_seed, p.n, 43)) || ' Blok ' ||
	        chr(65 + floor(12 * app.demo_u(p_seed, p.n, 44))::integer) ||
	        1 + floor(9 * app.demo_u(p_seed, p.n, 45))::integer
	    else 'Kp. ' || app.demo_pick(app.demo_list('lane'),
	        app.demo_u(p_seed, p.n, 43)) end || ' No. ' ||
	        1 + floor(160 * pow(app.demo_u(p_seed, p.n, 46), 1.5))::integer,
	    lpad((1 + floor(9 * app.demo_u(p_seed, p.n, 47)))::text, 2, '0') ||
	        '/' || lpad((1 + floor(18 * app.demo_u(p_seed, p.n, 48)))::text,
	        2, '0'),
	    a.village, a.district, a.city, 'Jawa Barat', a.postal_code,
	    a.latitude + round((app.demo_u(p_seed, p.n, 49) - 0.5)::numeric * 0.02,
	        6),
	    a.longitude + round((app.demo_u(p_seed, p.n, 50) - 0.5)::numeric * 0.02,
	        6),
	    case when app.demo_u(p_seed, p.n, 51) < 0.6 then '3273' ||
	        lpad((app.demo_u(p_seed, p.n, 52) * 1e12)::bigint::text, 12, '0')
	        end,
	    case when app.demo_u(p_seed, p.n, 53) < 0.05 then v_partners[1 +
	        floor(cardinality(v_partners) * app.demo_u(p_seed, p.n, 54))
	        ::integer] end,
	    case when p.status in ('survey', 'scheduled', 'installing')
	        then p_technician end,
	    p.status, v.id, (p.joined + time '08:00' + make_interval(
	        secs => floor(28800 * app.demo_u(p_seed, p.n, 55))))
	        at time zone p_zone
	from pg_temp.demo_person p
	join pg_temp.demo_service v on v.n = p.n and v.seq = 1
	join pg_temp.demo_place a on a.n = 1 + floor(v_places *
	    pow(app.demo_u(p_seed, p.n, 56), 1.3))::integer
	order by p.n;
	drop table pg_temp.demo_place;
end $$;

-- Their services, and the log of each one's way.
create or replace function app.demo_services(p_seed bigint, p_zone text)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	insert into app.service (id, customer_id, branch_id, seq, package_id,
	    price, address, status, pppoe_user, odp_port, onu_serial,
	    installed_on, terminated_on, created_at)
	overriding system value
	select s.id, s.customer_id, 1, s.seq, s.package_id,
	    case when s.own_price then k.price - 10000 end,
	    case when s.seq = 2 then 'Kios Pasar Blok ' ||
	        chr(65 + (s.n % 8)::integer) || ' No. ' || 1 + s.n % 60 end,
	    s.status,
	    case when s.installed is not null then
	        lower(translate(split_part(p.name, ' ', 1), '.''', '')) ||
	        s.customer_id ||
	        case when s.seq = 2 then 'b' else '' end || '@nusa' end,
	    case when s.installed is not null then 'ODP-' ||
	        lpad((1 + s.n % 997)::text, 3, '0') || '/' || 1 + s.n % 8 end,
	    case when s.installed is not null then 'ZTEGC' || upper(lpad(to_hex(
	        (s.id * 2654435 % 268435399)::integer), 7, '0')) end,
	    s.installed, case when s.status = 'terminated' then s.ended end,
	    (s.joined + time '08:00' + make_interval(
	        secs => floor(28800 * app.demo_u(p_seed, s.n, 55))))
	        at time zone p_zone + case when s.seq = 2
	        then interval '33 days' else interval '0' end
	from pg_temp.demo_service s
	join pg_temp.demo_person p on p.n = s.n
	join app.package k on k.id = s.package_id
	order by s.id;

	insert into app.service_log (service_id, from_status, to_status, at,
	    note)
	select s.id, lag(w.state) over (partition by s.id order by w.n), w.state,
	    case when w.state in ('suspended', 'terminated', 'paused')
	        then (s.ended + time '02:00') at time zone p_zone
	    when w.state = 'active'
	        then (s.installed + time '16:40') at time zone p_zone
	    else x.created_at + (w.n - 1) * interval '20 minutes' end,
	    case w.state when 'suspended' then 'Tunggakan'
	        when 'terminated' then (array['Pindah rumah', 'Ganti penyedia',
	        'Tidak dipakai lagi'])[1 + s.n % 3]
	        when 'paused' then 'Mudik' end
	from pg_temp.demo_service s
	join app.service x on x.id = s.id
	cross join lateral unnest(case s.status
	    when 'registered' then '{registered}'
	    when 'survey' then '{registered,survey}'
	    when 'approved' then '{registered,approved}'
	    when 'scheduled' then '{registered,approved,scheduled}'
	    when 'installing' then '{registered,approved,scheduled,installing}'
	    when 'active' then '{registered,approved,scheduled,installing,active}'
	    else '{registered,approved,scheduled,installing,active}'::text[] ||
	        s.status end::text[]) with ordinality w(state, n)
	order by s.id, w.n;
end $$;

-- What is billed for one month and what will become of it: the rows of
-- pg_temp.demo_bill (who pays when), demo_tax (the taxes of each price) and
-- demo_sum (the figures). Invoices follow the id p_invoice.
create or replace function app.demo_bill_plan(p_seed bigint, p_month date,
    p_first date, p_today date, p_invoice bigint)
returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_now boolean := p_month = date_trunc('month', p_today);
	v_next date := (p_month + interval '1 month')::date;
	v_k integer := 1000 + 10 * (extract(year from p_month)::integer * 12 +
	    extract(month from p_month)::integer);
	v_count bigint;
begin
	truncate pg_temp.demo_bill, pg_temp.demo_tax;
	-- The day of paying, counted from the first. Chronically late ones pay
	-- two months at once every now and then.
	insert into pg_temp.demo_bill
	select row_number() over (order by s.id), s.id, s.customer_id, k.name,
	    (k.price - case when s.own_price then 10000 else 0 end)::bigint,
	    case when s.stop <= p_month then null
	    when v_now then case when app.demo_u(p_seed, s.n, v_k) < 0.65
	        and s.class < 4 and p_today > p_month then p_month +
	        floor(app.demo_u(p_seed, s.n, v_k + 1) *
	        (p_today - p_month))::integer end
	    when s.class = 4 and app.demo_u(p_seed, s.n, v_k) < 0.5
	        and (s.ended is null or v_next < s.ended)
	        and v_next < date_trunc('month', p_today) then v_next + 14 +
	        floor(27 * app.demo_u(p_seed, s.n, v_k + 11))::integer
	    else p_month + case s.class when 1 then 0 when 2 then 4 when 3 then 10
	        else 14 end + floor(case s.class when 1 then 6 when 2 then 6
	        when 3 then 9 else 27 end *
	        app.demo_u(p_seed, s.n, v_k + 1))::integer end,
	    v_now and s.seq = 1 and s.class < 4
	        and app.demo_u(p_seed, s.n, 70) < 0.0155,
	    case when s.seq = 1 and s.class < 4
	        and app.demo_u(p_seed, s.n, 71) < 0.03
	        and (p_month = p_first or v_next = date_trunc('month', p_today))
	        and (v_now or v_next = date_trunc('month', p_today))
	        and app.demo_u(p_seed, s.n, 70) > 0.0155 then 5000 * (1 +
	        floor(10 * app.demo_u(p_seed, s.n, 72)))::integer else 0 end
	from pg_temp.demo_service s
	join app.package k on k.id = s.package_id
	where s.installed <= p_month and (s.ended is null or p_month < s.ended)
	order by s.id;
	get diagnostics v_count = row_count;
	analyze pg_temp.demo_bill;
	insert into pg_temp.demo_tax
	select x.price, t.* from (select distinct b.price
	    from pg_temp.demo_bill b) x
	cross join lateral app.taxes(x.price, p_month) t;

	-- Cash is not taken on Sundays; what falls on today is still open.
	truncate pg_temp.demo_sum;
	insert into pg_temp.demo_sum
	select b.no, p_invoice + b.no, b.customer_id,
	    b.price + coalesce(t.on_top, 0), coalesce(t.tax, 0), d.pay_on,
	    case when d.pay_on is null then 0 when b.part then
	        (b.price + coalesce(t.on_top, 0)) / 20000 * 10000
	    else b.price + coalesce(t.on_top, 0) end, b.credit, d.cash
	from pg_temp.demo_bill b
	left join (select x.price, sum(x.amount) as tax,
	        sum(x.amount) filter (where not x.inclusive) as on_top
	    from pg_temp.demo_tax x group by x.price) t on t.price = b.price
	cross join lateral (select app.demo_u(p_seed, b.customer_id,
	    80 + (b.pay_on - date '2000-01-01') % 97) < 0.55 as cash offset 0) c
	cross join lateral (select c.cash, nullif(least(p_today, b.pay_on +
	    case when c.cash and extract(dow from b.pay_on) = 0 then 1 else 0
	    end), p_today) as pay_on offset 0) d
	order by b.no;
	analyze pg_temp.demo_sum;
	return v_count;
end $$;

-- The invoices of one month, their documents and books. What will be paid goes
-- to pg_temp.demo_due with the day it is paid on.
create or replace function app.demo_bills(p_seed bigint, p_month date,
    p_first date, p_today date, p_zone text)
returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_invoice bigint := app.demo_last('app.invoice');
	v_journal bigint := app.demo_last('app.journal');
	v_next date := (p_month + interval '1 month')::date;
	v_label text := 'INV-' || to_char(p_month, 'YYYYMM') || '-';
	v_at timestamptz := (p_month + time '01:00') at time zone p_zone;
	v_count bigint;
begin
	v_count := app.demo_bill_plan(p_seed, p_month, p_first, p_today,
	    v_invoice);
	insert into app.invoice (id, number, branch_id, customer_id, service_id,
	    kind, period, period_start, period_end, issued, due, subtotal, tax,
	    total, paid, created_at)
	overriding system value
	select s.id, v_label || lpad(b.no::text, greatest(5,
	    length(b.no::text)), '0'), 1, b.customer_id, b.service_id, 'monthly',
	    p_month, p_month, v_next - 1, p_month, p_month + 9, b.price, s.tax,
	    s.total, s.paid, v_at
	from pg_temp.demo_bill b join pg_temp.demo_sum s on s.no = b.no
	order by b.no;
	insert into app.invoice_line (invoice_id, line, text, qty, unit_price,
	    amount)
	select v_invoice + b.no, 1, b.package || ' ' || app.period_text(p_month),
	    1, b.price, b.price
	from pg_temp.demo_bill b order by b.no;
	insert into app.invoice_tax (invoice_id, tax_id, name, rate_bp,
	    inclusive, base, amount)
	select v_invoice + b.no, t.tax_id, t.name, t.rate_bp, t.inclusive,
	    t.base, t.amount
	from pg_temp.demo_bill b join pg_temp.demo_tax t on t.price = b.price
	order by b.no, t.tax_id;
	insert into app.journal (id, at, business_date, branch_id, kind, number)
	overriding system value
	select v_journal + i.id - v_invoice, v_at, p_month, 1, 'invoice',
	    i.number
	from app.invoice i where i.id > v_invoice order by i.id;
	insert into app.posting (journal_id, line, account, customer_id, amount)
	select v_journal + s.no, x.line, x.account, x.customer, x.amount
	from pg_temp.demo_sum s, lateral (values
	    (1, '1201', s.customer_id, s.total),
	    (2, '4101', null, s.tax - s.total),
	    (3, '2201', null, -s.tax)) x(line, account, customer, amount)
	where x.amount <> 0 order by s.no, x.line;

	insert into pg_temp.demo_due
	select s.id, s.customer_id, s.pay_on, s.paid, s.credit, s.cash
	from pg_temp.demo_sum s where s.pay_on is not null;
	insert into pg_temp.demo_owed
	select s.id, s.customer_id, s.total - s.paid
	from pg_temp.demo_sum s where s.total > s.paid;
	return v_count;
end $$;

-- The payments of one month: one for what a customer pays on a day, in the
-- order of time. Cash in sessions of a clerk and a day, all of them closed.
create or replace function app.demo_payments(p_seed bigint, p_month date,
    p_clerks integer, p_zone text)
returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_payment bigint := app.demo_last('app.payment');
	v_next date := (p_month + interval '1 month')::date;
	v_label text := 'PAY-' || to_char(p_month, 'YYYYMM') || '-';
	v_users integer[] := array(select u.id from generate_series(1, p_clerks) n
	    join app.app_user u on u.name = 'loket' || n order by n);
	v_names text[] := array(select u.full_name
	    from generate_series(1, p_clerks) n
	    join app.app_user u on u.name = 'loket' || n order by n);
	v_code text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
	v_count bigint;
begin
	truncate pg_temp.demo_pay;
	insert into pg_temp.demo_pay
	select v_payment + row_number() over (order by x.at, x.customer_id,
	    x.cash), row_number() over (order by x.at, x.customer_id, x.cash),
	    x.*
	from (select g.customer_id, g.pay_on, g.cash, g.paid, g.credit,
	        1 + floor(p_clerks * app.demo_u(p_seed, g.customer_id,
	            200 + (g.pay_on - p_month)))::integer as clerk,
	        (g.pay_on + make_interval(secs => case when g.cash
	            then 28800 + floor(28800 * g.u) else 25200 +
	            floor(50400 * g.u) end)) at time zone p_zone as at, g.u
	    from (select d.customer_id, d.pay_on, d.cash,
	            sum(d.paid)::bigint as paid, sum(d.credit)::bigint as credit,
	            app.demo_u(p_seed, d.customer_id, 300 + 2 * (d.pay_on -
	            p_month) + d.cash::integer) as u
	        from pg_temp.demo_due d where d.pay_on < v_next
	        group by d.customer_id, d.pay_on, d.cash) g) x;
	get diagnostics v_count = row_count;
	analyze pg_temp.demo_pay;
	perform app.demo_cash(p_seed, p_month, v_users, p_zone);

	insert into app.payment (id, number, branch_id, customer_id, method,
	    status, tendered, amount, change, credited, reference, account,
	    paid_at, business_date, session_id, user_id, decided_by, decided_at,
	    check_code, customer_name, cashier_name, created_at)
	overriding system value
	select y.id, v_label || lpad(y.no::text, greatest(5,
	    length(y.no::text)), '0'), 1, y.customer_id,
	    case when y.cash then 'cash' else 'transfer' end, 'confirmed',
	    t.tendered, y.paid + y.credit, t.tendered - y.paid - y.credit,
	    y.credit, case when not y.cash then 'TRF' ||
	        lpad((y.u * 1e9)::bigint::text, 10, '0') end,
	    case when not y.cash then 'BCA 0230001111' end, y.at, y.pay_on,
	    s.id, v_users[y.clerk], case when not y.cash then v_users[1] end,
	    case when not y.cash then y.at + interval '45 minutes' end,
	    substr(v_code, 1 + (h.h & 31)::integer, 1) ||
	    substr(v_code, 1 + (h.h >> 5 & 31)::integer, 1) ||
	    substr(v_code, 1 + (h.h >> 10 & 31)::integer, 1) ||
	    substr(v_code, 1 + (h.h >> 15 & 31)::integer, 1) ||
	    substr(v_code, 1 + (h.h >> 20 & 31)::integer, 1) ||
	    substr(v_code, 1 + (h.h >> 25 & 31)::integer, 1),
	    c.name, v_names[y.clerk], y.at
	from pg_temp.demo_pay y
	join app.customer c on c.id = y.customer_id
	left join pg_temp.demo_session s on y.cash and s.day = y.pay_on
	    and s.clerk = y.clerk
	-- Exact, or the next note that is enough.
	cross join lateral (select case when not y.cash or y.credit > 0 then 1
	    else ('{10000,50000,100000,1,1}'::integer[])
	    [1 + floor(y.u * 1000)::integer % 5] end as note offset 0) k
	cross join lateral (select (y.paid + y.credit + k.note - 1) / k.note *
	    k.note as tendered offset 0) t
	cross join lateral (select hashint8extended(y.id, p_seed + 9) as h
	    offset 0) h
	order by y.id;
	insert into app.allocation (payment_id, invoice_id, amount)
	select y.id, d.invoice_id, d.paid
	from pg_temp.demo_due d
	join pg_temp.demo_pay y on y.customer_id = d.customer_id
	    and y.pay_on = d.pay_on and y.cash = d.cash
	order by y.id, d.invoice_id;
	perform app.demo_payment_books(v_payment);

	-- What is paid in a later month waits for it.
	create temp table demo_later on commit drop as
	select * from pg_temp.demo_due d where d.pay_on >= v_next;
	truncate pg_temp.demo_due;
	insert into pg_temp.demo_due select * from pg_temp.demo_later;
	drop table pg_temp.demo_later;
	return v_count;
end $$;

-- The cash sessions of a month, closed in the evening; in some a little money
-- is missing or too much.
create or replace function app.demo_cash(p_seed bigint, p_month date,
    p_users integer[], p_zone text)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_base bigint := app.demo_last('app.cash_session');
	v_label text := 'CASH-' || to_char(p_month, 'YYYYMM') || '-';
begin
	truncate pg_temp.demo_session;
	insert into pg_temp.demo_session
	select v_base + row_number() over (order by x.day, x.clerk),
	    row_number() over (order by x.day, x.clerk), x.day, x.clerk, x.taken,
	    case when x.u < 0.02 then -1000 when x.u < 0.03 then -5000
	        when x.u < 0.04 then 500 else 0 end
	from (select y.pay_on as day, y.clerk,
	        sum(y.paid + y.credit)::bigint as taken,
	        app.demo_u(p_seed, y.clerk, 400 + (y.pay_on - p_month)) as u
	    from pg_temp.demo_pay y where y.cash group by y.pay_on, y.clerk) x;
	insert into app.cash_session (id, number, branch_id, user_id, drawer,
	    business_date, opened_at, float, closed_at, expected, counted,
	    variance)
	overriding system value
	select s.id, v_label || lpad(s.no::text, greatest(5,
	    length(s.no::text)), '0'), 1, p_users[s.clerk], u.name, s.day,
	    (s.day + time '07:45' + s.clerk * interval '1 second')
	        at time zone p_zone, 200000,
	    (s.day + time '16:10' + s.clerk * interval '1 minute')
	        at time zone p_zone, 200000 + s.taken,
	    200000 + s.taken + s.variance, s.variance
	from pg_temp.demo_session s
	join app.app_user u on u.id = p_users[s.clerk]
	order by s.id;
end $$;

-- The entries of the payments after p_after, and of what cash sessions were
-- off by.
create or replace function app.demo_payment_books(p_after bigint)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_journal bigint := app.demo_last('app.journal');
begin
	insert into app.journal (id, at, business_date, branch_id, kind, number,
	    user_id)
	overriding system value
	select v_journal + y.id - p_after, coalesce(y.decided_at, y.paid_at),
	    y.business_date, y.branch_id, 'payment', y.number,
	    coalesce(y.decided_by, y.user_id)
	from app.payment y where y.id > p_after order by y.id;
	insert into app.posting (journal_id, line, account, customer_id,
	    session_id, amount)
	select v_journal + y.id - p_after, x.line, x.account, x.customer,
	    x.session, x.amount
	from app.payment y, lateral (values
	    (1, case y.method when 'cash' then '1101' else '1102' end,
	        null::bigint, y.session_id, y.amount::bigint),
	    (2, '1201', y.customer_id, null, y.credited - y.amount),
	    (3, '2101', y.customer_id, null, -y.credited))
	    x(line, account, customer, session, amount)
	where y.id > p_after and x.amount <> 0
	order by y.id, x.line;

	v_journal := app.demo_last('app.journal');
	with off as (
		select row_number() over (order by s.id) as n, s.*
		from pg_temp.demo_session d
		join app.cash_session s on s.id = d.id
		where s.variance <> 0
	), j as (
		insert into app.journal (id, at, business_date, branch_id, kind,
		    number, user_id)
		overriding system value
		select v_journal + f.n, f.closed_at, f.business_date, f.branch_id,
		    'cash_close', f.number, f.user_id
		from off f order by f.n
	)
	insert into app.posting (journal_id, line, account, session_id, amount)
	select v_journal + f.n, x.line, x.account, x.session, x.amount
	from off f, lateral (values
	    (1, '1101', f.id, f.variance),
	    (2, '5901', null, -f.variance)) x(line, account, session, amount)
	order by f.n, x.line;
end $$;

-- Transfers that wait for somebody to look at the bank's statement, and some
-- that were refused. They have a number but no entry.
create or replace function app.demo_waiting(p_seed bigint, p_today date,
    p_count integer, p_zone text)
returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_payment bigint := app.demo_last('app.payment');
	v_month date := date_trunc('month', p_today)::date;
	v_day date := greatest(p_today - 1, v_month);
	v_no bigint := (select count(*) from app.payment y
	    where y.business_date >= v_month);
	v_label text := 'PAY-' || to_char(v_month, 'YYYYMM') || '-';
	v_wait integer := least(20, greatest(1, p_count / 100));
	v_user app.app_user;
	v_count bigint;
begin
	select * into v_user from app.app_user u where u.name = 'loket1';
	insert into app.payment (id, number, branch_id, customer_id, method,
	    status, tendered, amount, reference, account, wanted, paid_at,
	    business_date, user_id, verified_by, verified_at, decided_by,
	    decided_at, reason, check_code, customer_name, cashier_name,
	    created_at)
	overriding system value
	select v_payment + x.n, v_label || lpad((v_no + x.n)::text, greatest(5,
	    length((v_no + x.n)::text)), '0'), 1, x.customer_id, 'transfer',
	    s.status, x.open, x.open, 'TRF' || lpad((x.u * 1e12)::bigint::text,
	    12, '0'), 'BCA 0230001111', array[x.id], t.at, v_day, v_user.id,
	    case when s.status = 'verified' then v_user.id end,
	    case when s.status = 'verified' then t.at + interval '5 minutes' end,
	    case when s.status = 'rejected' then v_user.id end,
	    case when s.status = 'rejected' then t.at + interval '9 minutes' end,
	    case when s.status = 'rejected' then 'Dana tidak ditemukan' end,
	    lpad(upper(to_hex((x.u * 16777215)::integer)), 6, '0'), x.name,
	    v_user.full_name, t.at
	from (select row_number() over (order by o.u, o.id) as n, o.*
	    from (select d.id, d.customer_id, d.open, c.name,
	            app.demo_u(p_seed, d.customer_id, 500) as u
	        from pg_temp.demo_owed d
	        join app.customer c on c.id = d.customer_id
	        join app.invoice i on i.id = d.id
	        where i.period = v_month and i.status = 'unpaid'
	        and c.status = 'active') o
	    order by o.u, o.id limit v_wait + v_wait / 4) x
	cross join lateral (select case when x.n > v_wait then 'rejected'
	    when x.n % 4 = 0 then 'verified' else 'pending' end as status) s
	cross join lateral (select (v_day + time '00:05' + x.n *
	    interval '7 seconds') at time zone p_zone as at) t
	order by x.n;
	get diagnostics v_count = row_count;
	return v_count;
end $$;

-- What is derived: balances, number series, sequences.
create or replace function app.demo_derive(p_base bigint) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	insert into app.balance (customer_id, owed, credit)
	select c.id, coalesce(o.owed, 0), coalesce(r.credit, 0)
	from app.customer c
	left join (select d.customer_id, sum(d.open) as owed
	    from pg_temp.demo_owed d group by d.customer_id) o
	    on o.customer_id = c.id
	left join (select y.customer_id, sum(y.credited) as credit
	    from app.payment y where y.credited > 0 group by y.customer_id) r
	    on r.customer_id = c.id
	where c.id > p_base order by c.id;

	insert into app.counter (branch_id, kind, period, last)
	select 1, x.kind, to_char(x.day, 'YYYYMM'), sum(x.n)
	from (select 'INV' as kind, i.issued as day, count(*) as n
	    from app.invoice i group by i.issued
	    union all
	    select 'PAY', y.business_date, count(*) from app.payment y
	    group by y.business_date
	    union all
	    select 'CASH', s.business_date, count(*) from app.cash_session s
	    group by s.business_date) x
	group by 1, 2, 3
	on conflict (branch_id, kind, period) do update set last = excluded.last;

	perform setval('app.customer_id_seq', app.demo_last('app.customer'));
	perform setval(pg_get_serial_sequence(t, 'id'), app.demo_last(t::regclass))
	from unnest('{app.service,app.invoice,app.payment,app.journal,
	    app.cash_session}'::text[]) t
	where app.demo_last(t::regclass) > 0;
end $$;

-- Loads it all into a database without customers: {customers, seed?, months?,
-- today?}. The same parameters make the same rows. Tells each step by a
-- notice and answers the counts. Refused with usage when there are customers.
create or replace function app.demo_load(p jsonb) returns json
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_count integer := (p ->> 'customers')::integer;
	v_months integer := coalesce((p ->> 'months')::integer, 12);
	v_seed bigint := hashint8extended(coalesce((p ->> 'seed')::bigint, 1), 23)
	    & 1099511627775;
	v_today date := coalesce((p ->> 'today')::date, app.today(1::smallint));
	v_zone text := (select b.zone from app.branch b where b.id = 1);
	v_clerks integer;
	v_base constant bigint := 1000000;
	v_first date;
	v_month date;
	v_bills bigint := 0;
	v_payments bigint := 0;
	v_n bigint;
	v_m bigint;
	v_words bigint;
begin
	if v_count is null or v_count < 1 then
		perform app.fail_field('customers', 'min');
	elsif v_count > 2000000 then
		perform app.fail_field('customers', 'max');
	elsif v_months not between 1 and 36 then
		perform app.fail_field('months', 'max');
	elsif v_today > app.today(1::smallint) then
		perform app.fail_field('today', 'max');
	end if;
	perform app.enter_system('demo.load');
	if exists (select from app.customer) then
		perform app.fail('usage', jsonb_build_object('what',
		    'There are customers already. Demo data only goes into an '
		    'empty database.'));
	end if;
	perform set_config('work_mem', '128MB', true),
	    set_config('maintenance_work_mem', '256MB', true);
	v_clerks := least(100, greatest(3, v_count / 7000));
	v_first := (date_trunc('month', v_today) -
	    make_interval(months => v_months - 1))::date;

	perform app.demo_company(v_today, v_clerks);
	perform app.demo_detach();
	perform app.demo_persons(v_seed, v_count, v_today);
	perform app.demo_fates(v_seed, v_today);
	analyze pg_temp.demo_person;
	perform app.demo_service_plan(v_seed, v_base, v_today);
	perform app.demo_customers(v_seed, v_base, v_zone, (select u.id
	    from app.app_user u where u.name = 'technician'));
	perform app.demo_services(v_seed, v_zone);
	raise notice '% customers', v_count;

	create temp table demo_bill (no bigint, service_id bigint,
	    customer_id bigint, package text, price bigint, pay_on date,
	    part boolean, credit integer) on commit drop;
	create temp table demo_tax (price bigint, tax_id integer, name text,
	    rate_bp integer, inclusive boolean, base bigint, amount bigint)
	    on commit drop;
	create temp table demo_sum (no bigint, id bigint, customer_id bigint,
	    total bigint, tax bigint, pay_on date, paid bigint, credit integer,
	    cash boolean) on commit drop;
	create temp table demo_due (invoice_id bigint, customer_id bigint,
	    pay_on date, paid bigint, credit integer, cash boolean)
	    on commit drop;
	create temp table demo_owed (id bigint, customer_id bigint, open bigint)
	    on commit drop;
	create temp table demo_pay (id bigint, no bigint, customer_id bigint,
	    pay_on date, cash boolean, paid bigint, credit bigint,
	    clerk integer, at timestamptz, u double precision)
	    on commit drop;
	create temp table demo_session (id bigint, no bigint, day date,
	    clerk integer, taken bigint, variance integer) on commit drop;
	for v_month in select generate_series(v_first::timestamp, v_today,
	    interval '1 month')::date
	loop
		v_n := app.demo_bills(v_seed, v_month, v_first, v_today, v_zone);
		v_m := app.demo_payments(v_seed, v_month, v_clerks, v_zone);
		raise notice '%: % invoices, % payments',
		    to_char(v_month, 'YYYY-MM'), v_n, v_m;
		v_bills := v_bills + v_n;
		v_payments := v_payments + v_m;
	end loop;
	v_payments := v_payments + app.demo_waiting(v_seed, v_today, v_count,
	    v_zone);
	perform app.demo_derive(v_base);
	v_words := app.index_customers_bulk();
	raise notice '% customers can be searched', v_words;
	perform app.demo_attach();
	raise notice 'keys and indexes are back';

	drop table pg_temp.demo_person, pg_temp.demo_service, pg_temp.demo_bill,
	    pg_temp.demo_tax, pg_temp.demo_sum, pg_temp.demo_due,
	    pg_temp.demo_owed, pg_temp.demo_pay, pg_temp.demo_session;
	perform app.audit_write('demo', null, null, p ||
	    jsonb_build_object('invoices', v_bills, 'payments', v_payments));
	return json_build_object('customers', v_count,
	    'services', (select count(*) from app.service),
	    'invoices', v_bills, 'payments', v_payments,
	    'cash_sessions', (select count(*) from app.cash_session),
	    'today', v_today);
end $$;
