with

source as (

    select * from {{ source('landing', 'jinshuju_entry') }}

),

newest as (

    {{ dedupe('source', key=['form_id', 'entry_no'], updated_at='updated_at') }}

),

final as (

    select
        ---------- ids
        cast(form_id as string) as form_id,
        cast(entry_no as string) as entry_no,
        cast(oa_openid as string) as oa_openid,
        cast(unionid as string) as unionid,

        ---------- text
        cast(phone as string) as phone,
        cast(answers as string) as answers,
        cast(form_name as string) as form_name,
        cast(name as string) as real_name,
        cast(nickname as string) as nickname,
        cast(gender as string) as gender,

        ---------- timestamps
        cast(submitted_at as timestamp) as submitted_at,
        cast(updated_at as timestamp) as updated_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
