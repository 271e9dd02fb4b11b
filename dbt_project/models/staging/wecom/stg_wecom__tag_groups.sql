with

source as (

    select * from {{ source('landing', 'wecom_tag') }}

),

newest as (

    {{ dedupe('source', key=['tag_group_id']) }}

),

final as (

    select
        ---------- ids
        cast(tag_group_id as string) as tag_group_id,

        ---------- text
        cast(tag_group as string) as tag_group,
        cast(tags as string) as tags,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
