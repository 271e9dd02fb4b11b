with

source as (

    select * from {{ source('landing', 'dianping_review') }}

),

newest as (

    {{ dedupe('source', key=['review_no', 'reviewed_at']) }}

),

final as (

    select
        ---------- ids
        cast(review_no as string) as review_no,

        ---------- text
        cast(nickname as string) as nickname,
        cast(user_level as string) as user_level,
        cast(stars as string) as stars,
        cast(text as string) as body_text,
        cast(reply as string) as reply,
        cast(store_name as string) as store_name,

        ---------- numbers
        cast(taste_score as decimal(18, 6)) as taste_score,
        cast(environment_score as decimal(18, 6)) as environment_score,
        cast(service_score as decimal(18, 6)) as service_score,
        cast(average_spend_amount as decimal(18, 2)) as average_spend_amount,
        cast(picture_count as bigint) as picture_count,

        ---------- timestamps
        cast(reviewed_at as timestamp) as reviewed_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
