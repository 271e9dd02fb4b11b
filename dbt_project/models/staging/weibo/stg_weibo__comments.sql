with

source as (

    select * from {{ source('landing', 'weibo_comment') }}

),

newest as (

    {{ dedupe('source', key=['comment_id']) }}

),

final as (

    select
        ---------- ids
        cast(comment_id as string) as comment_id,
        cast(weibo_user_id as string) as weibo_user_id,
        cast(status_id as string) as status_id,

        ---------- text
        cast(text as string) as body_text,
        cast(nickname as string) as nickname,
        cast(gender as string) as gender,
        cast(location as string) as location_name,

        ---------- timestamps
        cast(commented_at as timestamp) as commented_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
