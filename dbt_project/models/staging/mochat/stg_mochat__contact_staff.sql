with

source as (

    select * from {{ source('landing', 'mochat_contact_staff') }}

),

newest as (

    {{ dedupe('source', key=['relation_id'], updated_at='updated_at') }}

),

final as (

    select
        ---------- ids
        cast(relation_id as string) as relation_id,
        cast(mochat_contact_id as string) as mochat_contact_id,
        cast(staff_id as string) as staff_id,
        cast(oper_id as string) as oper_id,

        ---------- text
        cast(remark as string) as remark,
        cast(phones as string) as phones,
        cast(state as string) as state,

        ---------- numbers
        cast(add_way as bigint) as add_way,
        cast(relation_status as bigint) as relation_status,

        ---------- timestamps
        cast(added_at as timestamp) as added_at,
        cast(updated_at as timestamp) as updated_at,
        cast(deleted_at as timestamp) as deleted_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
