with

source as (

    select * from {{ source('landing', 'mochat_contact') }}

),

newest as (

    {{ dedupe('source', key=['mochat_contact_id'], updated_at='updated_at') }}

),

final as (

    select
        ---------- ids
        cast(mochat_contact_id as string) as mochat_contact_id,
        cast(external_userid as string) as external_userid,
        cast(unionid as string) as unionid,

        ---------- text
        cast(nickname as string) as nickname,

        ---------- numbers
        cast(gender as bigint) as gender,
        cast(contact_type as bigint) as contact_type,

        ---------- timestamps
        cast(created_at as timestamp) as created_at,
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
