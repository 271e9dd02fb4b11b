with

source as (

    select * from {{ source('landing', 'linkwechat_customer') }}

),

newest as (

    {{ dedupe('source', key=['coalesce(unionid, _content_hash)', 'staff_userid']) }}

),

final as (

    select
        ---------- ids
        cast(staff_userid as string) as staff_userid,
        cast(unionid as string) as unionid,

        ---------- text
        cast(nickname as string) as nickname,
        cast(contact_type as string) as contact_type,
        cast(gender as string) as gender,
        cast(staff_name as string) as staff_name,
        cast(stage as string) as sales_stage,
        cast(add_way as string) as add_way,
        cast(tags as string) as tags,
        cast(phones as string) as phones,
        cast(email as string) as email,
        cast(area as string) as area,

        ---------- booleans
        cast(blacklisted as boolean) as is_blacklisted,

        ---------- dates
        cast(birthday as date) as birthday,
        cast(added_on as date) as added_on,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
