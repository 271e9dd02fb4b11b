with

source as (

    select * from {{ source('landing', 'wecom_customer') }}

),

newest as (

    {{ dedupe('source', key=['external_userid', 'staff_userid']) }}

),

final as (

    select
        ---------- ids
        cast(external_userid as string) as external_userid,
        cast(unionid as string) as unionid,
        cast(staff_userid as string) as staff_userid,
        cast(oper_id as string) as oper_id,

        ---------- text
        cast(nickname as string) as nickname,
        cast(remark as string) as remark,
        cast(tag_ids as string) as tag_ids,
        cast(phones as string) as phones,
        cast(state as string) as state,

        ---------- numbers
        cast(contact_type as bigint) as contact_type,
        cast(gender as bigint) as gender,
        cast(add_way as bigint) as add_way,

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
