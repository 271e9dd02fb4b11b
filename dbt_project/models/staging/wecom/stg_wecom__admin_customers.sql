with

source as (

    select * from {{ source('landing', 'wecom_admin_customer') }}

),

newest as (

    {{ dedupe('source', key=['nickname', 'staff_userid', 'added_at']) }}

),

final as (

    select
        ---------- ids
        cast(staff_userid as string) as staff_userid,
        cast(external_userid as string) as external_userid,
        cast(unionid as string) as unionid,

        ---------- text
        cast(nickname as string) as nickname,
        cast(description as string) as description,
        cast(staff_name as string) as staff_name,
        cast(department as string) as department,
        cast(add_way as string) as add_way,
        cast(phone as string) as phone,
        cast(corp_name as string) as corp_name,
        cast(email as string) as email,
        cast(address as string) as address,
        cast(position as string) as job_position,
        cast(landline as string) as landline,

        ---------- timestamps
        cast(added_at as timestamp) as added_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
