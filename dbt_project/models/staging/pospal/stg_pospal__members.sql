with

source as (

    select * from {{ source('landing', 'pospal_member') }}

),

newest as (

    {{ dedupe('source', key=['pospal_customer_uid']) }}

),

final as (

    select
        ---------- ids
        cast(pospal_customer_uid as string) as pospal_customer_uid,
        cast(member_no as string) as member_no,

        ---------- text
        cast(name as string) as real_name,
        cast(phone as string) as phone,
        cast(member_level as string) as member_level,
        cast(birthday as string) as birthday,
        cast(email as string) as email,
        cast(address as string) as address,

        ---------- numbers
        cast(points as decimal(18, 6)) as points,
        cast(balance as decimal(18, 6)) as balance,

        ---------- booleans
        cast(is_enabled = 1 as boolean) as is_enabled,

        ---------- timestamps
        cast(registered_at as timestamp) as registered_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
