with

source as (

    select * from {{ source('landing', 'wechat_oa_tag') }}

),

newest as (

    {{ dedupe('source', key=['tag_id']) }}

),

final as (

    select
        ---------- ids
        cast(tag_id as string) as tag_id,

        ---------- text
        cast(tag_name as string) as tag_name,

        ---------- numbers
        cast(follower_count as bigint) as follower_count,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
